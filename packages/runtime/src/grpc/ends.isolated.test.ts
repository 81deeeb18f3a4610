// How streams end when one side leaves, fails or is slow, and the limits of calls.
import { setTimeout as wait } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { thrownValues } from '@trace-mesh/tracing/arbitraries';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { callBidi, callClientStream, callServerStream } from './client-streams.ts';
import { type EchoMessage, patchGrpc, serveKinds, spansOf } from './grpc.fixture.ts';
import { callUnary, GRPC_DRAIN_MS, type RpcCall } from './grpc.ts';
import { GRPC_DEADLINE_MS, GRPC_STREAM_DEADLINE_MS } from './options.ts';
import { DEADLINE_SLACK_MS, goneError } from './status.ts';

const tracing = startTestTracing();
const grpc = patchGrpc();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

/** Counts up until its caller leaves, which it reports. */
const counting = () => {
  const left = Promise.withResolvers<RpcCall>();
  async function* down(_: unknown, rpc: RpcCall) {
    try {
      for (let n = 0; ; n += 1) {
        yield { n };
        await wait(1, undefined, { signal: rpc.signal });
      }
    } finally {
      left.resolve(rpc);
    }
  }
  return { down, left: left.promise };
};

/** A cancelled stream of requests may end like a complete one, so this handler waits for the signal. */
const untilGone = ({ signal }: RpcCall) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

describe('a server stream', () => {
  it('is cancelled, and its spans are ended, when the caller leaves the loop', async () => {
    const { down, left } = counting();
    await using kinds = await serveKinds(grpc, { down });
    for await (const { n } of callServerStream((m, o) => kinds.client.Down({ n: 0 }, m, o))) {
      if (n === 2) break;
    }
    expect(tracing.spans('test.Kinds/Down').map((span) => span.attributes['rpc.status_code'])).toContain(
      'CANCELLED',
    );
    expect((await left).signal.aborted).toBe(true);
    const { server } = await spansOf(tracing, 'Down');
    expect(server.attributes['rpc.status_code']).toBe('CANCELLED');
    expect(kinds.bugs).toEqual([]);
  });

  it('does not run ahead of a caller that reads slowly', async () => {
    const text = 'x'.repeat(100_000);
    let made = 0;
    async function* down() {
      for (; made < 1_000; made += 1) yield { n: made, text };
    }
    await using kinds = await serveKinds(grpc, { down });
    let seen = 0;
    for await (const _ of callServerStream((m, o) => kinds.client.Down({ n: 0 }, m, o))) {
      seen += 1;
      await wait(1);
      if (seen === 20) break;
    }
    expect(made).toBeLessThan(500);
  });
});

describe('a client stream', () => {
  it('is cancelled when its source throws, and rejects with that error', async () => {
    const arrived = Promise.withResolvers<void>();
    const up = async (requests: AsyncIterable<EchoMessage>, rpc: RpcCall) => {
      for await (const _ of requests) arrived.resolve();
      return await untilGone(rpc);
    };
    await using kinds = await serveKinds(grpc, { up });
    const failure = new Error('the source is dry');
    async function* source() {
      yield { n: 1 };
      await arrived.promise;
      throw failure;
    }
    const calling = callClientStream<EchoMessage, EchoMessage>(
      (m, o, done) => kinds.client.Up(m, o, done),
      source(),
    );
    await expect(calling).rejects.toBe(failure);
    const { client, server } = await spansOf(tracing, 'Up');
    expect([client, server].map((span) => span.attributes['rpc.status_code'])).toEqual([
      'CANCELLED',
      'CANCELLED',
    ]);
  });

  it('stops reading its source when the response comes before the last request', async () => {
    await using kinds = await serveKinds(grpc, { up: async () => ({ n: 7 }) });
    let closed = false;
    async function* endless() {
      try {
        for (let n = 0; ; n += 1) {
          yield { n };
          await wait(1);
        }
      } finally {
        closed = true;
      }
    }
    const answer = await callClientStream<EchoMessage, EchoMessage>(
      (m, o, done) => kinds.client.Up(m, o, done),
      endless(),
    );
    expect(answer).toEqual({ n: 7 });
    await expect.poll(() => closed).toBe(true);
  });
});

describe('a bidi call', () => {
  it('is cancelled if it is disposed before its end', async () => {
    const aborted = Promise.withResolvers<RpcCall>();
    async function* both(requests: AsyncIterable<EchoMessage>, rpc: RpcCall) {
      rpc.signal.addEventListener('abort', () => aborted.resolve(rpc));
      yield* requests;
      yield await untilGone(rpc);
    }
    await using kinds = await serveKinds(grpc, { both });
    {
      await using call = callBidi<EchoMessage, EchoMessage>((m, o) => kinds.client.Both(m, o));
      await call.send({ n: 1 });
      expect(await call.responses.next()).toMatchObject({ value: { n: 1 } });
    }
    expect((await aborted.promise).signal.reason).toMatchObject({ code: status.CANCELLED });
    await spansOf(tracing, 'Both');
  });

  it('that failed before the first read rejects for reader and sender', async () => {
    await using kinds = await serveKinds(grpc, {});
    await using call = callBidi<EchoMessage, EchoMessage>((m, o) => kinds.client.Both(m, o));
    await spansOf(tracing, 'Both');
    await expect(call.responses.next()).rejects.toMatchObject({ code: status.INTERNAL });
    await expect(call.send({ n: 1 })).rejects.toThrow('the call has ended: internal error');
  });
});

describe('limits', () => {
  it('every call has a deadline by default', async () => {
    const deadlines: number[] = [];
    const note = (rpc: RpcCall) => void deadlines.push(rpc.timeoutMs());
    await using kinds = await serveKinds(grpc, {
      async one(request, rpc) {
        note(rpc);
        return request;
      },
      async *down(request, rpc) {
        note(rpc);
        yield request;
      },
    });
    await callUnary<EchoMessage>((m, o, done) => kinds.client.One({ n: 0 }, m, o, done));
    for await (const _ of callServerStream((m, o) => kinds.client.Down({ n: 0 }, m, o)));
    const [unary = 0, stream = 0] = deadlines;
    expect(unary).toBeGreaterThan(GRPC_DEADLINE_MS - 1_000);
    expect(unary).toBeLessThanOrEqual(GRPC_DEADLINE_MS);
    expect(stream).toBeGreaterThan(GRPC_STREAM_DEADLINE_MS - 1_000);
    expect(stream).toBeLessThanOrEqual(GRPC_STREAM_DEADLINE_MS);
  });

  it('a closing server cuts the remaining streams after the drain time', async () => {
    expect(GRPC_DRAIN_MS).toBe(1_000);
    const { down, left } = counting();
    const drainMs = 100;
    await using kinds = await serveKinds(grpc, { down }, drainMs);
    const answers = callServerStream((m, o) => kinds.client.Down({ n: 0 }, m, o))[Symbol.asyncIterator]();
    await answers.next();
    await kinds.stop();
    expect((await left).signal.aborted).toBe(true);
    const rest = async () => {
      while (!(await answers.next()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: expect.any(Number) });
    await spansOf(tracing, 'Down');
  });

  it('a caller that leaves just before its deadline counts as DEADLINE_EXCEEDED', () => {
    expect(goneError(1_000 + DEADLINE_SLACK_MS, 1_000).code).toBe(status.DEADLINE_EXCEEDED);
    expect(goneError(1_001 + DEADLINE_SLACK_MS, 1_000).code).toBe(status.CANCELLED);
    expect(goneError(Number.POSITIVE_INFINITY, 1_000).code).toBe(status.CANCELLED);
  });
});

it.each(thrownValues())(
  'a handler that rejects with %s answers INTERNAL, without its text',
  async (_, thrown) => {
    await using kinds = await serveKinds(grpc, { one: () => Promise.reject(thrown) });
    const calling = callUnary<EchoMessage>((...call) => kinds.client.One({ n: 0 }, ...call));
    await expect(calling).rejects.toMatchObject({ code: status.INTERNAL, details: 'internal error' });
    expect(kinds.bugs.map((bug) => Object.is(bug, thrown))).toEqual([true]);
  },
);
