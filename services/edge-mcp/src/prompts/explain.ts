// A prompt that agents can offer to people: its arguments are described, and one of them completes while it is typed.
import { completable, type McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** The readers that the argument `audience` completes to; any other text is taken as it is. */
const AUDIENCES = ['a beginner', 'a child', 'an engineer', 'an executive'];

const Arguments = z.object({
  topic: z.string().min(1).max(200).describe('What is to be explained'),
  audience: completable(
    z.string().min(1).max(100).describe('For whom, such as: a beginner, an engineer'),
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
