// A prompt with described arguments, one of which completes.
import { completable, type McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** The completions of the argument `audience`; any other text is valid too. */
const AUDIENCES = ['a beginner', 'a child', 'an engineer', 'an executive'];

const Arguments = z.object({
  topic: z.string().min(1).max(200).describe('The topic to explain'),
  audience: completable(
    z.string().min(1).max(100).describe('The readers, e.g. a beginner, an engineer'),
    (typed) => AUDIENCES.filter((audience) => audience.includes(typed.toLowerCase())),
  ),
});

export function registerExplain(server: McpServer): void {
  const config = {
    title: 'Explain something',
    description: 'A prompt for create_task: explains a topic to an audience in three sentences.',
    argsSchema: Arguments,
  };
  server.registerPrompt('explain', config, ({ topic, audience }) => {
    const text = `Explain ${topic} to ${audience}, in three sentences.`;
    return {
      description: config.description,
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
    };
  });
}
