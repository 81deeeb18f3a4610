import { getEventListeners } from 'node:events';
import { status } from '@grpc/grpc-js';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { callBidi, callClientStream, callServerStream } from './client-streams.ts';
import { type EchoMessage, type KindsClient, patchGrpc, serveKinds, spansOf } from './grpc.fixture.ts';
import { callUnary, type RpcCall, RpcError, type RpcOptions } from './grpc.ts';

const tracing = startTestTracing();
const grpc = patchGrpc();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

/** What every handler does with a message. */
type Work = (message: EchoMessage, call: RpcCall) => Promise<EchoMessage>;

const handlersOf = (work: Work) => ({
  one: work,
  async *down(request: EchoMessage, call: RpcCall) {
    for (let n = 0; n < 3; n += 1) yield await work({ n: request.n + n }, call);
  },
  async up(requests: AsyncIterable<EchoMessage>, call: RpcCall) {
    let sum = 0;
    for await (const request of requests) sum += (await work(request, call)).n;
    return { n: sum };
  },
  async *both(requests: AsyncIterable<EchoMessage>, call: RpcCall) {
    for await (const request of requests) yield await work(request, call);
  },
});

type Kind = 'One' | 'Down' | 'Up' | 'Both';
const KINDS: Kind[] = ['One', 'Down', 'Up', 'Both'];

/** Makes one call of this kind and returns all its responses. */
async function call(client: KindsClient, kind: Kind, n: number, options: RpcOptions = {}): Promise<number[]> {
  if (kind === 'One')
    return [(await callUnary<EchoMessage>((m, o, done) => client.One({ n }, m, o, done), options)).n];
  if (kind === 'Up') {
    const requests = [0, 1, 2].map((i) => ({ n: n + i }));
    const answer = await callClientStream<EchoMessage, EchoMessage>(
      (m, o, done) => client.Up(m, o, done),
      requests,
      options,
    );
    return [answer.n];
  }
  const seen: number[] = [];
  if (kind === 'Down') {
    for await (const answer of callServerStream((m, o) => client.Down({ n }, m, o), options))
      seen.push(answer.n);
    return seen;
  }
  await using both = callBidi<EchoMessage, EchoMessage>((m, o) => client.Both(m, o), options);
  await both.send({ n });
  for await (const answer of both.responses) {
    seen.push(answer.n);
    if (seen.length < 3) await both.send({ n: n + seen.length });
    else both.end();
  }
  return seen;
}

const ANSWERS: Record<Kind, number[]> = { One: [10], Down: [10, 11, 12], Up: [33], Both: [10, 11, 12] };
const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;
const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;

describe.each(KINDS)('a gRPC call of the kind %s', (kind) => {
  it('is a child of the caller’s span, and the handling of each message is a child of the call', async () => {
    await using kinds = await serveKinds(
      grpc,
      handlersOf((message) => withSpan('work', {}, () => message)),
    );
    const answers = await withSpan('caller', {}, () => call(kinds.client, kind, 10));
    expect(answers).toEqual(ANSWERS[kind]);

    const { client, server } = await spansOf(tracing, kind);
    expect(parentOf(client)).toBe(idOf(tracing.spans('caller')[0]));
    expect(parentOf(server)).toBe(idOf(client));
    const work = tracing.spans('work');
    expect(work).toHaveLength(kind === 'One' ? 1 : 3);
    expect(work.map(parentOf)).toEqual(work.map(() => idOf(server)));
    expect([client, server].map((span) => span.attributes['rpc.status_code'])).toEqual(['OK', 'OK']);
  });

  it('leaves no listener on its signal, whether it succeeds or fails', async () => {
    const { signal } = new AbortController();
    const fails = { on: false };
    const work: Work = async (message) => {
      if (fails.on) throw new RpcError(status.NOT_FOUND, 'not found');
      return message;
    };
    await using kinds = await serveKinds(grpc, handlersOf(work));
    await call(kinds.client, kind, 10, { signal });
    fails.on = true;
    await expect(call(kinds.client, kind, 10, { signal })).rejects.toMatchObject({ code: status.NOT_FOUND });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('ends with the status of an expected failure, which does not mark the server’s span as failed', async () => {
    const refuse: Work = async ({ n }) => {
      if (n < 11 && kind !== 'One') return { n };
      throw new RpcError(status.NOT_FOUND, 'no such item');
    };
    await using kinds = await serveKinds(grpc, handlersOf(refuse));
    await expect(call(kinds.client, kind, 10)).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: 'no such item',
    });
    const { client, server } = await spansOf(tracing, kind);
    expect(client).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'NOT_FOUND' } });
    expect(server).toMatchObject({ status: { code: 0 }, attributes: { 'rpc.status_code': 'NOT_FOUND' } });
    expect(server.attributes['error.type']).toBeUndefined();
    expect(kinds.bugs).toEqual([]);
  });

  it('logs an unexpected error on the server and sends the caller no details', async () => {
    const bug = new Error('a secret');
    await using kinds = await serveKinds(
      grpc,
      handlersOf(() => Promise.reject(bug)),
    );
    await expect(call(kinds.client, kind, 10)).rejects.toMatchObject({
      code: status.INTERNAL,
      details: 'internal error',
    });
    const { client, server } = await spansOf(tracing, kind);
    expect([client, server].map((span) => span.attributes['error.type'])).toEqual(['INTERNAL', 'INTERNAL']);
    expect(kinds.bugs).toEqual([bug]);
  });

  it.each([
    ['the caller’s signal', 'CANCELLED'],
    ['the deadline', 'DEADLINE_EXCEEDED'],
  ])('is ended immediately, on both sides, by %s', async (by, code) => {
    const started = Promise.withResolvers<RpcCall>();
    // The handler ignores its signal; the call must end nevertheless.
    const stuck: Work = async (_, rpc) => {
      started.resolve(rpc);
      return await new Promise(() => undefined);
    };
    await using kinds = await serveKinds(grpc, handlersOf(stuck));
    const abort = new AbortController();
    const options = by === 'the deadline' ? { deadlineMs: 300 } : { signal: abort.signal };
    const calling = expect(call(kinds.client, kind, 10, options)).rejects.toMatchObject({
      code: status[code as keyof typeof status],
    });
    const { signal } = await started.promise;
    if (by !== 'the deadline') abort.abort();
    await calling;

    const { client, server } = await spansOf(tracing, kind);
    expect([client, server].map((span) => span.attributes['rpc.status_code'])).toEqual([code, code]);
    expect(client.status.code).toBe(2);
    expect(server.status.code).toBe(code === 'CANCELLED' ? 0 : 2);
    expect(signal.reason).toMatchObject({ name: 'RpcError', code: status[code as keyof typeof status] });
    expect(kinds.bugs).toEqual([]);
  });

  it('passes deadline and cancellation on to the calls of its handler', async () => {
    const inner = Promise.withResolvers<RpcCall>();
    await using far = await serveKinds(
      grpc,
      handlersOf(async (_, rpc) => {
        inner.resolve(rpc);
        return await new Promise(() => undefined);
      }),
    );
    const outer = Promise.withResolvers<RpcCall>();
    const passOn: Work = async (_, rpc) => {
      outer.resolve(rpc);
      return { n: (await call(far.client, 'One', 1, rpc))[0] ?? 0 };
    };
    await using near = await serveKinds(grpc, handlersOf(passOn));
    const abort = new AbortController();
    const options = { deadlineMs: 2_000, signal: abort.signal };
    const calling = expect(call(near.client, kind, 10, options)).rejects.toMatchObject({
      code: status.CANCELLED,
    });
    const [nearCall, farCall] = await Promise.all([outer.promise, inner.promise]);
    // Without it the far call would have the default of 5 s.
    expect(farCall.timeoutMs()).toBeLessThan(nearCall.timeoutMs() + 500);
    const left = new Promise((resolve) => farCall.signal.addEventListener('abort', resolve, { once: true }));
    abort.abort();
    await calling;
    await left;
  });
});

it('20 concurrent streams do not mix their contexts', async () => {
  await using kinds = await serveKinds(
    grpc,
    handlersOf((message) => withSpan('work', { attributes: { n: message.n } }, async () => message)),
  );
  const flows = Array.from({ length: 20 }, (_, i) => 100 * (i + 1));
  await Promise.all(
    flows.map((n, i) =>
      withSpan('caller', { attributes: { n } }, () => call(kinds.client, KINDS[1 + (i % 3)] ?? 'Both', n)),
    ),
  );
  const byId = new Map(
    ['caller', 'work', ...KINDS.map((kind) => `test.Kinds/${kind}`)]
      .flatMap((name) => tracing.spans(name))
      .map((span) => [idOf(span), span]),
  );
  const above = (span: ReadableSpan | undefined) => byId.get(parentOf(span));
  const work = tracing.spans('work');
  expect(work).toHaveLength(60);
  for (const span of work) {
    const n = Number(span.attributes.n);
    expect(above(above(above(span)))?.attributes.n).toBe(n - (n % 100));
  }
});
