// Prompts for what the command line left out.
import { input, select } from '@inquirer/prompts';
import { KINDS, type Kind } from './kinds.ts';
import { nameProblem } from './names.ts';
import type { Options } from './options.ts';
import { UserError } from './user-error.ts';

const DESCRIPTIONS: Record<Kind, string> = {
  http: 'a REST service: GET /api/greetings/:name',
  grpc: 'a gRPC service with one unary call',
  ws: 'a WebSocket service that answers messages',
  mcp: 'an MCP server with one tool, over Streamable HTTP',
  sqs: 'a consumer with its own queue',
};

/** Name and kind from the options, else from prompts. Without a terminal, throws a `UserError` that names what is missing. */
export async function promptForMissing(
  { name, kind }: Pick<Options, 'name' | 'kind'>,
  isInteractive: boolean,
): Promise<{ name: string; kind: Kind }> {
  if (!isInteractive) {
    if (name === undefined) throw new UserError('NAME is missing (npm run new-service -- NAME --kind KIND)');
    if (kind === undefined) throw new UserError(`--kind is missing (one of ${KINDS.join(', ')})`);
    return { name, kind };
  }
  return {
    name: name ?? (await input({ message: 'Name', validate: (text) => nameProblem(text) ?? true })),
    kind: kind ?? (await select({ message: 'Kind', choices: KINDS.map(choiceOf) })),
  };
}

const choiceOf = (kind: Kind) => ({ value: kind, description: DESCRIPTIONS[kind] });
