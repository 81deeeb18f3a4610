import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { withSpan } from '@trace-mesh/tracing/span';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createHubClient } from './client.ts';
import { access, logger, openClient, startTestHub, WAIT } from './hub.fixture.ts';
import { FROM_THE_START, TASK_EVENTS, TaskEvent, taskLog } from './messages.ts';
import { TASK_END_SECONDS } from './resume-log.ts';

const hub = await startTestHub();
afterEach(() => hub.tracing.reset());
afterAll(() => hub[Symbol.asyncDispose]());

const event = (taskId: string, status: TaskEvent['status'], result?: string): TaskEvent => ({
  taskId,
  tenantId: 'acme',
  status,
  ...(result && { result }),
});
const results = (messages: { type: string; data: unknown }[]) =>
  messages.filter(({ type }) => type === 'task.updated').map(({ data }) => TaskEvent.parse(data).result);

const processed = () => hub.tracing.spans(`process ${TASK_EVENTS}`).map((span) => span.spanContext().traceId);

describe('resuming', () => {
  it('replays the events after the last one that was received, each in its own trace', async () => {
    const taskId = randomUUID();
    const seen = await hub.announce(event(taskId, 'running', '1'));
    await withSpan('worker', { parent: ROOT_CONTEXT }, async () => {
      await hub.announce(event(taskId, 'running', '2'));
      await hub.announce(event(taskId, 'done', '3'));
    });
    const client = await openClient(hub.url);
    await client.send('subscribe', { taskId, after: seen });
    await vi.waitFor(() => expect(results(client.received)).toEqual(['2', '3']), WAIT);

    const pushes = hub.tracing.spans('send task.updated');
    const logged = hub.tracing.spans('send task-log').slice(1);
    const [worker] = hub.tracing.spans('worker');
    expect(pushes.map((span) => span.parentSpanContext?.spanId)).toEqual(
      logged.map((span) => span.spanContext().spanId),
    );
    for (const push of pushes) {
      expect(push.spanContext().traceId).toBe(worker?.spanContext().traceId);
      expect(push.attributes['mesh.ws.replayed']).toBe(true);
    }
    client.close();
  });

  it('replays nothing without `after`', async () => {
    const taskId = randomUUID();
    const traceId = await withSpan('worker', { parent: ROOT_CONTEXT }, async (span) => {
      await hub.announce(event(taskId, 'running', 'old'));
      return span.spanContext().traceId;
    });
    // The hub receives it a moment after it was published.
    await vi.waitFor(() => expect(processed()).toContain(traceId), WAIT);
    const client = await openClient(hub.url);
    await client.send('subscribe', { taskId });
    await client.next('subscribed');
    await hub.announce(event(taskId, 'done', 'new'));
    await client.next('task.updated');
    expect(results(client.received)).toEqual(['new']);
    client.close();
  });

  it.each([null, 'noise', [[1]], { traceparent: 7 }])(
    'sends a filed end whose context is %j',
    async (trace_context) => {
      const taskId = randomUUID();
      const filed = { event: { ...event(taskId, 'done', 'end'), eventId: '5-1' }, trace_context };
      await hub.redis.set(`task-end:${taskId}`, JSON.stringify(filed));
      const client = await openClient(hub.url);
      await client.send('subscribe', { taskId, after: FROM_THE_START });
      await vi.waitFor(() => expect(results(client.received)).toEqual(['end']), WAIT);
      client.close();
    },
  );

  it('sends the stored end when the log has expired, except to a client that has received it', async () => {
    const taskId = randomUUID();
    const seen = await hub.announce(event(taskId, 'running', '1'));
    const ended = await hub.announce(event(taskId, 'done', '2'));
    await hub.log.keepEnd({ ...event(taskId, 'done', '2'), eventId: ended });
    await hub.redis.del(taskLog(taskId).key ?? '');
    expect((await hub.log.eventsAfter(taskId, seen)).map((logged) => logged.event.result)).toEqual(['2']);
    expect(await hub.log.eventsAfter(taskId, ended)).toEqual([]);
    const ttl = await hub.redis.ttl(`task-end:${taskId}`);
    expect(ttl).toBeGreaterThan(TASK_END_SECONDS - 60);
    expect(ttl).toBeLessThanOrEqual(TASK_END_SECONDS);
  });

  it('loses and repeats no event that is published during the replay', async () => {
    const taskId = randomUUID();
    for (let n = 0; n < 20; n += 1) await hub.announce(event(taskId, 'running', String(n)));
    const client = await openClient(hub.url);
    await client.send('subscribe', { taskId, after: FROM_THE_START });
    for (let n = 20; n < 40; n += 1) await hub.announce(event(taskId, 'running', String(n)));
    const all = Array.from({ length: 40 }, (_, n) => String(n));
    await vi.waitFor(() => expect(results(client.received)).toEqual(all), WAIT);
    client.close();
  });

  it('is done by the client itself when its connection is lost', async () => {
    const taskId = randomUUID();
    const received: (string | undefined)[] = [];
    const onResumed = vi.fn();
    await using client = createHubClient(hub.url, { agentId: 'edge', token: access.token }, logger);
    await using _listening = await client.listen(
      { taskId, tenantId: 'acme' },
      {
        onEvent: ({ result }) => received.push(result),
        onResumed,
      },
    );
    await hub.announce(event(taskId, 'running', '1'));
    await vi.waitFor(() => expect(received).toEqual(['1']), WAIT);
    hub.dropAll();
    await vi.waitFor(() => expect(client.isOpen()).toBe(false), WAIT);
    await hub.announce(event(taskId, 'running', '2'));
    await hub.announce(event(taskId, 'done', '3'));
    await vi.waitFor(() => expect(received).toEqual(['1', '2', '3']), WAIT);
    expect(onResumed).toHaveBeenCalledTimes(1);
  });

  it('reaches every listener of the same task, and ends for each separately', async () => {
    const taskId = randomUUID();
    const received: string[] = [];
    const as = (name: string) => ({
      onEvent: ({ result }: TaskEvent) => void received.push(`${name}${result}`),
    });
    await using client = createHubClient(hub.url, { agentId: 'edge', token: access.token }, logger);
    const first = await client.listen({ taskId, tenantId: 'acme' }, as('a'));
    await using _second = await client.listen({ taskId, tenantId: 'acme' }, as('b'));
    await hub.announce(event(taskId, 'running', '1'));
    await vi.waitFor(() => expect(received.toSorted()).toEqual(['a1', 'b1']), WAIT);
    await first[Symbol.asyncDispose]();
    await hub.announce(event(taskId, 'done', '2'));
    await vi.waitFor(() => expect(received.toSorted()).toEqual(['a1', 'b1', 'b2']), WAIT);
  });
});
