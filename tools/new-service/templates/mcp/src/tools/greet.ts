import type { McpServer } from '@modelcontextprotocol/server';
import { requireScope } from '@trace-mesh/access/caller';
import { withSpan } from '@trace-mesh/tracing/span';
import { z } from 'zod';
import { answer } from '../answer.ts';
import type { CallDeps } from '../deps.ts';

/** In characters; a longer name is an invalid argument. */
export const MAX_NAME_LENGTH = 100;

const Input = z.object({ name: z.string().min(1).max(MAX_NAME_LENGTH).describe('Who is greeted') });
const Output = z.object({ greeting: z.string() });

/** The tool `greet`. The span of the work is the child of the tool's. */
export function registerGreet(server: McpServer, { caller, logger }: CallDeps): void {
  const config = {
    title: 'Greet',
    description: 'Greets a person by name.',
    inputSchema: Input,
    outputSchema: Output,
    annotations: { readOnlyHint: true },
  };
  server.registerTool('greet', config, ({ name }) =>
    answer(logger, async () => {
      requireScope(caller, 'tasks:read');
      return { greeting: await withSpan('make greeting', {}, () => `Hello, ${name}!`) };
    }),
  );
}
