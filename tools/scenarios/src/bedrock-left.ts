// The agent calls the model and leaves the stream in the middle of the answer. The call is aborted and its span ends, marked;
// the span of an abandoned stream would never be exported.
import { randomUUID } from 'node:crypto';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { converseStream } from '@trace-mesh/runtime/bedrock';
import { client, type FireOptions, internal, parent, type Scenario } from './scenario.ts';

const modelId = 'amazon.nova-lite-v1:0';
/** The double's pause between two pieces, in ms: enough to leave the stream. */
const PIECE_MS = 200;

export const bedrockLeft: Scenario = {
  name: 'bedrock-left',
  title: 'The caller leaves in the middle of a streamed answer: the call is aborted, its span ends',
  teaches: 'A stream that is left must be aborted, or its span never ends and is never exported.',
  rows: [23],
  edges: [
    parent(
      23,
      'bedrock',
      internal('agent', 'scenario bedrock-left'),
      client('agent', `chat ${modelId}`, { 'mesh.stream.abandoned': true }),
    ),
  ],
  fire,
};

async function fire({ endpoints, prompt, signal }: FireOptions) {
  const askId = randomUUID();
  const bedrock = new BedrockRuntimeClient({
    endpoint: endpoints.bedrock,
    region: 'us-east-1',
    // The double checks no signature.
    credentials: { accessKeyId: 'agent', secretAccessKey: 'agent' },
  });
  const leave = new AbortController();
  const content = [{ text: `${prompt} (${askId}) [[slow:${PIECE_MS}]]` }];
  const input = { modelId, messages: [{ role: 'user' as const, content }] };
  const stream = await converseStream(bedrock, input, AbortSignal.any([signal, leave.signal]));
  let received = '';
  for await (const event of stream) {
    received += event.contentBlockDelta?.delta?.text ?? '';
    if (received) leave.abort();
  }
  bedrock.destroy();
  return { askId, received };
}
