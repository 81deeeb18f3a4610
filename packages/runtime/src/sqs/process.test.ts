import { type Context, SpanKind, trace } from '@opentelemetry/api';
import { extractContext, injectContext, runInContext } from '@trace-mesh/tracing/carrier';
import { withoutParent } from '@trace-mesh/tracing/span';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { startQueues } from '@trace-mesh/tracing/sqs-fixture';
import { receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptLog } from './attempts.ts';
import { type Handler, processMessage } from './process.ts';

const tracing = startTestTracing();
const { sqs, newQueue, count } = await startQueues();
afterAll(() => tracing[Symbol.asyncDispose]());
beforeEach(() => tracing.reset());

const parent = (flags: string) =>
  extractContext({
    traceparent: `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${flags}`,
    tracestate: 'vendor=1',
  });
const quickly = { waitSeconds: 1 };
const ignore: Handler = async () => {};
const spanIds = (name: string) => tracing.spans(name).map((span) => span.spanContext().spanId);

describe('receiveMessages', () => {
  it('receiving makes one CLIENT root span that starts with the poll and links every sender', async () => {
    const { queue } = await newQueue();
    await runInContext(parent('01'), () => sendMessage(sqs, queue, { n: 1 }));
    await runInContext(parent('01'), () => sendMessage(sqs, queue, { n: 2 }));
    const began = Date.now();
    await runInContext(parent('01'), () => receiveMessages(sqs, queue));
    const [receive] = tracing.spans(`receive ${queue.name}`);
    expect(receive).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: { 'messaging.batch.message_count': 2 },
    });
    expect(receive?.parentSpanContext).toBeUndefined();
    expect(receive?.startTime[0]).toBeGreaterThanOrEqual(Math.floor(began / 1000));
    expect(receive?.links.map(({ context }) => context.spanId)).toEqual(spanIds(`send ${queue.name}`));
  });

  it('receiving makes no span when no message was received', async () => {
    const { queue } = await newQueue();
    expect(await receiveMessages(sqs, queue, { waitSeconds: 0 })).toEqual([]);
    expect(tracing.spans(`receive ${queue.name}`)).toEqual([]);
  });
});

describe('processMessage', () => {
  async function deliver(handle: Handler, mode: 'parent' | 'link', flags = '01') {
    const { queue } = await newQueue();
    await runInContext(parent(flags), () => sendMessage(sqs, queue, { n: 1 }));
    const [delivery] = await receiveMessages(sqs, queue);
    if (!delivery) throw new Error('no message was received');
    const work = () => processMessage(sqs, queue, delivery, handle, { mode });
    return { queue, delivery, work };
  }

  it('in parent mode the process span is a CONSUMER child of the send span and links the receive span', async () => {
    const { queue, delivery, work } = await deliver(ignore, 'parent');
    await work();
    const [process] = tracing.spans(`process ${queue.name}`);
    expect(process?.kind).toBe(SpanKind.CONSUMER);
    expect([process?.parentSpanContext?.spanId]).toEqual(spanIds(`send ${queue.name}`));
    expect(process?.links.map(({ context }) => context.spanId)).toEqual(spanIds(`receive ${queue.name}`));
    expect(process?.attributes).toMatchObject({
      'messaging.message.id': delivery.message.MessageId,
      'mesh.messaging.delivery_attempt': 1,
      'mesh.messaging.context_place': 'attributes',
      'mesh.messaging.received_attributes': 2,
    });
    expect(tracing.spans(`send ${queue.name}`)[0]?.attributes).toMatchObject({
      'mesh.messaging.context_place': 'attributes',
      'mesh.messaging.user_attributes': 0,
    });
    expect(await count(queue)).toBe(0);
  });

  it('in link mode the process span is a root that links the send span, with its flags and tracestate', async () => {
    const { queue, work } = await deliver(ignore, 'link');
    await work();
    const [process] = tracing.spans(`process ${queue.name}`);
    expect(process?.parentSpanContext).toBeUndefined();
    expect(process?.attributes['mesh.link.trace_id']).toBe('0af7651916cd43dd8448eb211c80319c');
    const [first] = process?.links ?? [];
    expect([first?.context.spanId]).toEqual(spanIds(`send ${queue.name}`));
    expect(first?.context).toMatchObject({ traceFlags: 1 });
    expect(first?.context.traceState?.serialize()).toBe('vendor=1');
  });

  it('processing runs the handler of an unsampled message in its unsampled trace', async () => {
    let seen: Context | undefined;
    const { work } = await deliver(
      async () => {
        seen = extractContext(injectContext());
      },
      'parent',
      '00',
    );
    await work();
    expect(trace.getSpanContext(seen as Context)).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      traceFlags: 0,
    });
  });

  it('processing does not delete a message whose handler rejected, and rejects with the same error', async () => {
    const failure = new Error('no');
    const { queue, work } = await deliver(() => Promise.reject(failure), 'parent');
    await expect(work()).rejects.toBe(failure);
    expect(await count(queue)).toBe(1);
    expect(tracing.spans(`process ${queue.name}`)[0]?.attributes['error.type']).toBe('Error');
  });

  it('processing retries to delete a processed message, without processing it again', async () => {
    const { queue } = await newQueue();
    await sendMessage(sqs, queue, { n: 1 });
    const [delivery] = await receiveMessages(sqs, queue, quickly);
    if (!delivery) throw new Error('no message was received');
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const unreachable = vi.spyOn(sqs, 'send').mockRejectedValueOnce(refused).mockRejectedValueOnce(refused);
    const warnings: string[] = [];
    let done = 0;
    const handle = async () => {
      done += 1;
    };
    await processMessage(sqs, queue, delivery, handle, { warn: (_, what) => void warnings.push(what) });
    expect(unreachable).toHaveBeenCalledTimes(3);
    unreachable.mockRestore();
    expect([done, await count(queue)]).toEqual([1, 0]);
    expect(warnings).toEqual(['deleting a processed message failed, retrying']);
  });

  it('a message without context is processed', async () => {
    const { queue } = await newQueue();
    await withoutParent(() => sendMessage(sqs, queue, { n: 1 }));
    const [delivery] = await receiveMessages(sqs, queue, quickly);
    if (!delivery) throw new Error('no message was received');
    delete delivery.message.MessageAttributes;
    const bodies: string[] = [];
    await processMessage(sqs, queue, delivery, async (body) => void bodies.push(body));
    expect(bodies).toEqual(['{"n":1}']);
  });

  it('processing links an attempt to the previous one', async () => {
    let failed: Context | undefined;
    const log: AttemptLog = {
      previous: async () => failed ?? extractContext({}),
      failed: async () => {
        failed = extractContext(injectContext());
      },
    };
    const { queue, delivery } = await deliver(ignore, 'parent');
    const fail: Handler = () => Promise.reject(new Error('first'));
    await processMessage(sqs, queue, delivery, fail, { attempts: log }).catch(() => undefined);
    await processMessage(sqs, queue, delivery, ignore, { attempts: log });
    const [first, second] = tracing.spans(`process ${queue.name}`);
    expect(second?.links[1]?.context.spanId).toBe(first?.spanContext().spanId);
    expect(second?.parentSpanContext?.spanId).toBe(first?.parentSpanContext?.spanId);
  });
});
