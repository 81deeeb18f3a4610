// A signal that lives as long as its service is passed to thousands of calls: none of them may leave a listener on it.
// The four kinds of gRPC calls are in grpc/streams.test.ts, WebSocket and Bedrock beside their code.
import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { startQueues } from '@trace-mesh/tracing/sqs-fixture';
import { receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, expect, it } from 'vitest';
import { startDeadline } from './deadline.ts';
import { createServiceClient } from './http-client.ts';
import { pause } from './repeat.ts';
import { retryInfrastructure } from './retries.ts';
import { processMessage } from './sqs/process.ts';

const tracing = startTestTracing();
const { sqs, newQueue } = await startQueues();
const { queue } = await newQueue();
const web = createServer((_, response) => void response.end('{}'));
await once(web.listen(0, '127.0.0.1'), 'listening');
const get = createServiceClient(`http://127.0.0.1:${(web.address() as AddressInfo).port}`);
afterAll(async () => {
  web.close();
  await tracing[Symbol.asyncDispose]();
});

const unreachable = () => Object.assign(new Error('unreachable'), { code: 'ECONNREFUSED' });
/** Fails once because of the infrastructure, then succeeds. */
function flaky(): () => Promise<void> {
  let failed = false;
  return async () => {
    if (failed) return;
    failed = true;
    throw unreachable();
  };
}
const delivered = async () => {
  await sendMessage(sqs, queue, { n: 1 });
  const [delivery] = await receiveMessages(sqs, queue);
  if (!delivery) throw new Error('nothing was received');
  return delivery;
};

const calls: [string, (signal: AbortSignal) => Promise<unknown>][] = [
  ['pause', (signal) => pause(1, signal)],
  ['startDeadline', async (signal) => startDeadline(1_000, signal)],
  ['a service client', async (signal) => (await get({ method: 'GET', path: '/', signal })).text()],
  [
    'a service client whose call times out',
    (signal) => get({ method: 'GET', path: '/', timeoutMs: 0, signal }).catch(() => {}),
  ],
  ['retryInfrastructure', (stopping) => retryInfrastructure(async () => 1, { stopping, waiting() {} })],
  [
    'retryInfrastructure that retries',
    (stopping) => retryInfrastructure(flaky(), { stopping, waiting() {} }),
  ],
  [
    'retryInfrastructure that gives up',
    (stopping) =>
      retryInfrastructure(() => Promise.reject(unreachable()), { stopping, waiting() {}, limitMs: 1 }).catch(
        () => {},
      ),
  ],
  ['receiveMessages', (signal) => receiveMessages(sqs, queue, { waitSeconds: 0, signal })],
  [
    'processMessage',
    async (signal) =>
      processMessage(sqs, queue, await delivered(), async () => {}, {
        signals: { signal, stopping: signal },
      }),
  ],
  [
    'processMessage whose handler fails',
    async (signal) =>
      processMessage(sqs, queue, await delivered(), () => Promise.reject(new Error('failed')), {
        signals: { signal, stopping: signal },
      }).catch(() => {}),
  ],
];

it.each(calls)('%s leaves no listener on its signal', async (_, call) => {
  const { signal } = new AbortController();
  for (let n = 0; n < 3; n += 1) await call(signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
