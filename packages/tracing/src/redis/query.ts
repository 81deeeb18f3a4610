// A Redis command as `db.query.text`: keys name tenants and arguments are payloads, so only the shape is told.

/** How many arguments are shown before `…`: a pipeline's MSET may have thousands. */
export const MAX_SHOWN_ARGUMENTS = 8;

/** `set ? ? ? ?`: the command and one `?` for each argument. */
export function describeCommand(command: string, args: unknown[]): string {
  const shown = args.slice(0, MAX_SHOWN_ARGUMENTS).map(() => '?');
  return [command, ...shown, ...(args.length > MAX_SHOWN_ARGUMENTS ? ['…'] : [])].join(' ');
}
