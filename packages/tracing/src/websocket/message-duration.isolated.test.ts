// The metric of received messages, as a reader of Prometheus collects it.
import type { DataPoint, Histogram } from '@opentelemetry/sdk-metrics';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterAll, expect, it, vi } from 'vitest';
import { prometheusReader } from '../sdk/prometheus.ts';
import { acceptConnection } from './accept.ts';
import { connect } from './connect.ts';
import { onMessage, sendMessage } from './message.ts';
import { startServer, WAIT } from './server.fixture.ts';

const reader = prometheusReader('prometheus') ?? expect.fail('no reader');
const provider = new MeterProvider({ readers: [reader] });
afterAll(() => provider.shutdown());

async function measured() {
  const { resourceMetrics } = await reader.collect();
  const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  const found = all.find(({ descriptor }) => descriptor.name === 'mesh.websocket.message.duration');
  const points = (found?.dataPoints ?? []) as DataPoint<Histogram>[];
  return points.map(({ attributes, value }) => ({ ...attributes, count: value.count }));
}

it('messages are measured by subprotocol and error, and by nothing that a client can choose', async () => {
  await using server = await startServer(async (socket, incoming) => {
    const connection = await acceptConnection(socket, incoming);
    const handle = ({ type }: { type: string }) => {
      if (type === 'bad') throw new RangeError('too far');
    };
    onMessage(connection, handle, () => undefined);
  });
  const client = await connect(server.url);
  for (const type of ['good', 'better', 'bad']) await sendMessage(client, type, 1);
  client.socket.send('no envelope');
  await vi.waitFor(async () => {
    const all = await measured();
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    const protocol = { 'mesh.ws.protocol': 'mesh.v1.json' };
    expect(all).toContainEqual({ ...protocol, count: 2 });
    expect(all).toContainEqual({ ...protocol, 'error.type': 'RangeError', count: 1 });
    expect(all).toContainEqual({ ...protocol, 'error.type': 'EnvelopeError', count: 1 });
    expect(all).toHaveLength(3);
  }, WAIT);
  client.socket.terminate();
});
