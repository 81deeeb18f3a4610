// Model calls in each API: one span with tokens and cost, child of the work; no context leaves with the call.
import { client, consumer, type FireOptions, parent, producer, type Scenario } from './scenario.ts';
import { runTaskOverRest } from './task-over-rest.ts';

const MODEL = 'amazon.nova-lite-v1:0';
const work = consumer('worker', 'process tasks');
const chat = (operation: string) =>
  client('worker', `chat ${MODEL}`, {
    'rpc.method': `BedrockRuntime/${operation}`,
    'gen_ai.provider.name': 'aws.bedrock',
  });
const asked = (operation: string) => parent(23, 'bedrock', work, chat(operation));

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
  const { taskId, end, events } = await runTaskOverRest(options, prompt, { mode });
  if (end.status !== 'done') throw new Error(`the task ${end.status}: ${end.error}`);
  const partial = events.filter((event) => event.status === 'running' && event.result !== undefined);
  return {
    taskId,
    result: end.result,
    costUsd: (end.costMicroUsd ?? 0) / 1_000_000,
    partialPushes: partial.length,
  };
}
