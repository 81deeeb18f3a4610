// The metrics of messaging with a queue, as a reader of Prometheus collects them.
import { metrics } from '@opentelemetry/api';
import { MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prometheusReader } from '../sdk/prometheus.ts';
import { sendBatch } from '../sqs/batch.ts';
import { receiveMessages, withProcessSpan } from '../sqs/receive.ts';
import { sendMessage } from '../sqs/send.ts';
import { startQueues } from '../sqs/sqs.fixture.ts';

const reader = prometheusReader('prometheus');
const provider = new MeterProvider({ readers: reader ? [reader] : [] });
beforeAll(() => void metrics.setGlobalMeterProvider(provider));
afterAll(async () => {
  await provider.shutdown();
  metrics.disable();
});
const { sqs, newQueue } = await startQueues();

/** Of each data point its operation, its error and its value: the count of a histogram. */
async function collected(name: string, destination: string): Promise<Record<string, number>> {
  const all = (await reader?.collect())?.resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  const points = all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
  const ours = (points as MetricData['dataPoints'][number][]).filter(
    ({ attributes }) => attributes['messaging.destination.name'] === destination,
  );
  return Object.fromEntries(
    ours.map(({ attributes, value }) => [
      [attributes['messaging.operation.name'], attributes['error.type']].filter(Boolean).join(' '),
      typeof value === 'number' ? value : value.count,
    ]),
  );
}

it('sent, received and processed messages are counted by queue and error, with their durations, sampled or not', async () => {
  const { queue } = await newQueue();
  await sendMessage(sqs, queue, { n: 1 });
  await sendBatch(sqs, queue, [{ body: { n: 2 } }, { body: { n: 3 } }]);
  const gone = { ...queue, url: `${queue.url}-gone` };
  await expect(sendMessage(sqs, gone, { n: 4 })).rejects.toThrow();
  const [first, ...others] = await receiveMessages(sqs, queue, { waitSeconds: 1 });
  await withProcessSpan(queue, first ?? expect.fail('nothing received'), {}, async () => {});
  const failing = async () => {
    throw new TypeError('not a number');
  };
  for (const delivery of others)
    await expect(withProcessSpan(queue, delivery, {}, failing)).rejects.toThrow(TypeError);

  expect(others).toHaveLength(2);
  expect(await collected('messaging.client.sent.messages', queue.name)).toEqual({
    send: 3,
    'send QueueDoesNotExist': 1,
  });
  // One request for the message, one for the batch, one that failed, one that received.
  expect(await collected('messaging.client.operation.duration', queue.name)).toEqual({
    send: 2,
    'send QueueDoesNotExist': 1,
    receive: 1,
  });
  expect(await collected('messaging.client.consumed.messages', queue.name)).toEqual({ receive: 3 });
  expect(await collected('messaging.process.duration', queue.name)).toEqual({
    process: 1,
    'process TypeError': 2,
  });
});
