// Model calls in each API: one span with tokens and cost, child of the work; no context leaves with the call.
import { randomUUID } from 'node:crypto';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { converseStream } from '@trace-mesh/runtime/bedrock';
import { client, consumer, type FireOptions, internal, parent, producer, type Scenario } from './scenario.ts';
import { runTaskOverRest } from './task-listener.ts';

const MODEL = 'amazon.nova-lite-v1:0';
const work = consumer('worker', 'process tasks');
const asked = (operation: string) =>
  parent(
    23,
    'bedrock',
    work,
    client('worker', `chat ${MODEL}`, {
      'rpc.method': `BedrockRuntime/${operation}`,
      'gen_ai.provider.name': 'aws.bedrock',
    }),
  );

export const bedrockConverse: Scenario = {
  name: 'bedrock-converse',
  title: 'The worker asks the model and gets its answer at once (Converse)',
  teaches: 'A model call is one span with tokens and cost, and nothing of ours leaves with it.',
  rows: [23],
  makesTask: true,
  edges: [asked('Converse')],
  fire: (options) => fire(options, options.prompt, 'converse'),
};

export const bedrockStream: Scenario = {
  name: 'bedrock-stream',
  title: 'The answer comes piece by piece, and what there is so far is pushed on (ConverseStream)',
  teaches: 'A streamed answer is one span until its last piece, while each piece is pushed on.',
  rows: [23, 18],
  makesTask: true,
  edges: [
    asked('ConverseStream'),
    parent(
      18,
      'websocket',
      consumer('ws-hub', 'process task-events'),
      producer('ws-hub', 'send task.updated'),
    ),
  ],
  fire: (options) => fire(options, options.prompt, 'stream'),
};

export const bedrockInvoke: Scenario = {
  name: 'bedrock-invoke',
  title: "The worker asks in the model's own language (InvokeModel)",
  teaches: "Tokens and cost are also in the model's own response format.",
  rows: [23],
  makesTask: true,
  edges: [asked('InvokeModel')],
  fire: (options) => fire(options, options.prompt, 'invoke'),
};

export const bedrockThrottled: Scenario = {
  name: 'bedrock-throttled',
  title: 'The model refuses twice, and the third attempt answers: one span, an event for each retry',
  teaches: 'Retries are events on the one span of the call: none is hidden, and none is charged twice.',
  rows: [23],
  makesTask: true,
  edges: [asked('Converse')],
  fire: (options) => fire(options, `${options.prompt} [[throttle:2]]`, 'converse'),
};

async function fire(options: FireOptions, prompt: string, mode: 'converse' | 'stream' | 'invoke') {
  const { taskId, end, events } = await runTaskOverRest(options, { prompt, mode });
  if (end.status !== 'done') throw new Error(`the task ${end.status}: ${end.error}`);
  const { result, costMicroUsd = 0 } = end;
  const partial = events.filter((event) => event.status === 'running' && event.result !== undefined);
  return { taskId, result, costUsd: costMicroUsd / 1_000_000, partialPushes: partial.length };
}

/** The double's pause between two pieces, in ms: enough to leave the stream. */
const PIECE_MS = 200;

/** The call is aborted and its span ends, marked; the span of an abandoned stream would never be exported. */
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
      client('agent', `chat ${MODEL}`, { 'mesh.stream.abandoned': true }),
    ),
  ],
  async fire({ endpoints, prompt, signal }) {
    const askId = randomUUID();
    const bedrock = new BedrockRuntimeClient({
      endpoint: endpoints.bedrock,
      region: 'us-east-1',
      // The double checks no signature.
      credentials: { accessKeyId: 'agent', secretAccessKey: 'agent' },
    });
    const leave = new AbortController();
    const content = [{ text: `${prompt} (${askId}) [[slow:${PIECE_MS}]]` }];
    const input = { modelId: MODEL, messages: [{ role: 'user' as const, content }] };
    const stream = await converseStream(bedrock, input, AbortSignal.any([signal, leave.signal]));
    let received = '';
    for await (const event of stream) {
      received += event.contentBlockDelta?.delta?.text ?? '';
      if (received) leave.abort();
    }
    bedrock.destroy();
    return { askId, received };
  },
};
