// For tests, here and in packages that call Bedrock: the double on a free port, and the AWS SDK's client for it.
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { pino } from 'pino';
import { createApp } from './app.ts';
import { listen } from './listen.ts';
import type { RecordedRequest } from './recorder.ts';

export { encodeEvent } from './event-stream.ts';

export const modelId = 'anthropic.claude-sonnet-4-20250514-v1:0';
export const messages = [{ role: 'user' as const, content: [{ text: 'Why is the sky blue?' }] }];

/** Starts a double for one test file. The client does not retry. */
export async function startDouble() {
  const server = await listen(createApp({ log: pino({ enabled: false }) }), { host: '127.0.0.1', port: 0 });
  const bedrock = new BedrockRuntimeClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const put = (path: string, body: object) =>
    fetch(`${server.url}/_double/${path}`, { method: 'PUT', body: JSON.stringify(body) });
  const behave = (behaviour: object) => put('behaviour', behaviour);
  return {
    url: server.url,
    bedrock,
    behave,
    async recorded(): Promise<RecordedRequest[]> {
      const response = await fetch(`${server.url}/_double/requests`);
      return (await response.json()) as RecordedRequest[];
    },
    /** Ends the failures of `[[broken:ID]]`. */
    fix: (id: string) => put('fixed', { id }),
    /** As just started, except for the prompt cache. */
    async reset() {
      await behave({});
      await fetch(`${server.url}/_double/requests`, { method: 'DELETE' });
    },
    async [Symbol.asyncDispose]() {
      bedrock.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
