// A Redis command as `db.query.text`: without keys, which name tenants, and values, which are user data.

/** How many arguments are shown before `…`: a pipeline's MSET may have thousands. */
export const MAX_SHOWN_ARGUMENTS = 8;

/** `set ? ? ? ?`: the command and one `?` for each argument. */
export function describeCommand(command: string, args: unknown[]): string {
  const shown = args.slice(0, MAX_SHOWN_ARGUMENTS).map(() => '?');
  return [command, ...shown, ...(args.length > MAX_SHOWN_ARGUMENTS ? ['…'] : [])].join(' ');
}
