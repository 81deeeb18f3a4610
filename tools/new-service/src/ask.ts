// What the command line left out, asked of a person at a terminal.
import { input, select } from '@inquirer/prompts';
import { KINDS, type Kind } from '@trace-mesh/scenarios/services';
import { flawOf } from './names.ts';
import type { Options } from './options.ts';
import { Refusal } from './refusal.ts';

const DESCRIPTIONS: Record<Kind, string> = {
  http: 'a REST service: GET /api/greetings/:name',
  grpc: 'a gRPC service with one unary call',
  ws: 'a WebSocket service that answers messages',
  mcp: 'an MCP server with one tool, over Streamable HTTP',
  sqs: 'a consumer of a queue of its own',
};

/** Name and kind, as given or as asked for. Throws a `Refusal` that names what is missing where there is nobody to ask. */
export async function complete(
  { name, kind }: Pick<Options, 'name' | 'kind'>,
  hasPerson: boolean,
): Promise<{ name: string; kind: Kind }> {
  if (!hasPerson) {
    if (name === undefined) throw new Refusal('the NAME is missing: npm run new-service -- NAME --kind KIND');
    if (kind === undefined) throw new Refusal(`--kind is missing: one of ${KINDS.join(', ')}`);
    return { name, kind };
  }
  return {
    name: name ?? (await input({ message: 'Its name', validate: (text) => flawOf(text) ?? true })),
    kind: kind ?? (await select({ message: 'How it is spoken to', choices: KINDS.map(choiceOf) })),
  };
}

const choiceOf = (kind: Kind) => ({ value: kind, description: DESCRIPTIONS[kind] });
