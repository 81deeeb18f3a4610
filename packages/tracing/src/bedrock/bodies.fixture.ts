// A process that sends InvokeModel with every type of body, and prints the result of each call and what the server received.
// bodies.test.ts starts it with and without the preload.
import { Readable } from 'node:stream';
import {
  BedrockRuntimeClient,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { startModelServer } from './model-server.fixture.ts';

const json = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages: [] });
const bytes = new TextEncoder().encode(json);

// Without a Blob and a web stream, with which the SDK fails in Node.
const bodies: Record<string, () => unknown> = {
  'a string': () => json,
  'a Uint8Array': () => bytes,
  'a Buffer': () => Buffer.from(json),
  'an ArrayBuffer': () => bytes.buffer,
  'a DataView': () => new DataView(bytes.buffer),
  'a view of a larger buffer': () => Buffer.from(`xx${json}xx`).subarray(2, -2),
  'a Node stream': () => Readable.from([Buffer.from(json)]),
  'text that is not JSON': () => 'not JSON',
  'JSON that is not an object': () => '[null]',
  'parameters of the wrong type': () => '{"max_tokens":"9","stop_sequences":[1],"inferenceConfig":null}',
  nothing: () => undefined,
};

const server = await startModelServer();
const bedrock = new BedrockRuntimeClient(server.options);
const modelId = 'anthropic.claude-3-5-sonnet-20241022-v2:0';
const outcomes: Record<string, unknown> = {};
for (const [name, body] of Object.entries(bodies)) {
  const input = () => ({ modelId, body: body() as string });
  server.respond({ body: {} });
  const whole = await bedrock.send(new InvokeModelCommand(input())).then(() => 'response', nameOf);
  server.respond({ chunks: [{}] });
  const streamed = await bedrock
    .send(new InvokeModelWithResponseStreamCommand(input()))
    .then(() => 'response', nameOf);
  outcomes[name] = { whole, streamed, received: server.bodies.splice(0) };
}
console.log(JSON.stringify(outcomes));
process.exit(0);

function nameOf(error: Error): string {
  return error.name;
}
