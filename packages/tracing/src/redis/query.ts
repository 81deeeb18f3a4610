// A Redis command as `db.query.text`: without keys, which name tenants, and values, which are user data.

/** How many arguments are shown before `…`: a pipeline's MSET may have thousands. */
export const MAX_SHOWN_ARGUMENTS = 8;

/** By the number of arguments. */
const SHOWN = Array.from({ length: MAX_SHOWN_ARGUMENTS + 1 }, (_, count) => ' ?'.repeat(count));

/** `set ? ? ? ?`: the command and one `?` for each argument. */
export const describeCommand = (command: string, args: readonly unknown[]): string =>
  command + (SHOWN[args.length] ?? `${SHOWN[MAX_SHOWN_ARGUMENTS]} …`);
