// Every knob, in one mesh: its effect, and that the records of the wire match the spans.
import { randomUUID } from 'node:crypto';
import { PLACES, type Place } from '@trace-mesh/faults/knobs';
import type { WireRecord } from '@trace-mesh/faults/wire';
import { fetchTrace, fetchTraces } from '@trace-mesh/trace-doctor/jaeger';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { tokens } from '../tokens.ts';
import { traceWhen } from '../trace-when.ts';
import { crossesWire, HANDSHAKE, red, spansOf, startLabMesh, workIn } from './lab.fixture.ts';
import { BROKEN } from './lab-drops.fixture.ts';
import { plain, SHOWING } from './lab-forms.fixture.ts';

const DEADLINE_MS = 20_000;
const ATTEMPT = 'mesh.messaging.delivery_attempt';

let mesh: Awaited<ReturnType<typeof startLabMesh>>;
const records: WireRecord[] = [];
beforeAll(async () => {
  mesh = await startLabMesh();
  mesh.lab.onWire((record) => records.push(record));
});
afterEach(() => turn({}));
afterAll(() => mesh?.[Symbol.asyncDispose]());

/** Turns the knobs; every process has applied them then. */
async function turn(knobs: Parameters<typeof mesh.lab.setKnobs>[0]): Promise<void> {
  expect(await mesh.lab.setKnobs(knobs)).toMatchObject({ missing: [] });
}

describe('the wire', () => {
  it('has one record for each span that has a remote parent, by the id of that parent', async () => {
    const { trace, hops } = await mesh.fireWhole();
    for (const { row, from, transport, spanIds } of hops.filter(crossesWire)) {
      for (const { parentSpanId } of trace.spans.filter(({ spanId }) => spanIds.includes(spanId))) {
        const sent = () => mesh.lab.wire(trace.traceId).filter(({ spanId }) => spanId === parentSpanId);
        await vi.waitFor(() => expect(sent()).toHaveLength(1));
        const ids = new RegExp(`${trace.traceId}.*${parentSpanId}`, 's');
        const over = row === HANDSHAKE ? 'ws-handshake' : transport;
        expect(sent()).toMatchObject([{ service: from, transport: over, text: expect.stringMatching(ids) }]);
      }
    }
  });

  it('shows the context headers of an HTTP request, with credentials masked', async () => {
    const { traceId } = (await mesh.fireWhole()).trace;
    const wire = mesh.lab.wire(traceId);
    const sent = wire.find((record) => record.service === 'edge-mcp' && record.transport === 'http');
    expect(sent?.text.split('\n')).toEqual(
      expect.arrayContaining([
        `traceparent: 00-${traceId}-${sent?.spanId}-03`,
        'authorization: Bearer ••••',
        'x-mcp-tenant-id: demo',
        `x-trace-id: ${traceId}`,
      ]),
    );
  });
});

describe.each(SHOWING)('the wire of %s', (scenario, ...forms) => {
  it('has a record of every form, each with the ids of its sender', async () => {
    const { traceId } = await mesh.agent.fire(scenario);
    for (const [transport, form] of forms) {
      const sent = () => mesh.lab.wire(traceId).find((r) => r.transport === transport && r.form === form);
      await vi.waitFor(() => expect(sent()).toBeDefined());
      const record = sent();
      expect(record && plain(record)).toMatch(new RegExp(`${traceId}.*${record?.spanId}`, 's'));
    }
  });
});

describe.each(Object.entries(BROKEN))('dropping the context at %s', (drop, broken) => {
  it('breaks that hop and no other, until the knob is reset', async () => {
    await turn({ drop: [drop] });
    const { traceId } = await mesh.fire();
    await turn({});
    await mesh.fireWhole();
    expect(red(await mesh.verdictOn(traceId, 0)).sort()).toEqual([...broken].sort());
    const [service, transport] = drop.split(':');
    const own = records.filter((record) => record.traceId === traceId && record.service === service);
    const sent = own.filter((record) => record.transport === transport);
    expect(sent).not.toEqual([]);
    for (const { text } of sent) expect(text).toMatch(/\(no traceparent\)$/);
  });
});

describe('the mode of the SQS consumer', () => {
  it('link starts a trace that links to the sender, and resetting it continues the sender’s trace', async () => {
    await turn({ sqsMode: 'link' });
    const { traceId } = await mesh.fire();
    const sender = await traceWhen(mesh.endpoints.traces, traceId, (trace) => {
      expect(spansOf(trace, 'rest-api', 'create tasks')).toHaveLength(1);
    });
    const [create] = spansOf(sender, 'rest-api', 'create tasks');
    await vi.waitFor(async () => {
      const traces = await fetchTraces(mesh.endpoints.traces, 'worker', { limit: 50 });
      const work = traces.flatMap((trace) => workIn(trace, 'worker'));
      const linked = work.filter(({ links }) => links.some((link) => link.spanId === create?.spanId));
      expect(linked).toMatchObject([{ traceId: expect.not.stringMatching(traceId) }]);
      expect(linked[0]?.parentSpanId).toBeUndefined();
    }, DEADLINE_MS);
    await turn({});
    await mesh.fireWhole();
  });
});

describe('work that fails', () => {
  it.each(['rest-api', 'cost-ledger'] as const)('at %s is answered 500 without a reason', async (place) => {
    await turn({ fail: [place] });
    const { status, traceId, body } = await mesh.postTask();
    expect(status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ title: 'internal error' });
    expect(body).not.toContain('the lab');
    await traceWhen(mesh.endpoints.traces, traceId, (trace) => {
      expect(workIn(trace, place)).toMatchObject([{ kind: 'server', status: { code: 'ERROR' } }]);
    });
  });

  it('at the tool is an error of the tool', async () => {
    await turn({ fail: ['edge-mcp'] });
    await expect(mesh.fire()).rejects.toThrow();
    await vi.waitFor(async () => {
      const traces = await fetchTraces(mesh.endpoints.traces, 'edge-mcp', { limit: 1 });
      const calls = traces.flatMap((trace) => workIn(trace, 'edge-mcp'));
      expect(calls).toMatchObject([{ attributes: { 'error.type': 'tool_error' } }]);
    }, DEADLINE_MS);
  });

  it('at the worker is retried until the last attempt', async () => {
    await turn({ fail: ['worker'] });
    const { status, traceId } = await mesh.postTask();
    expect(status).toBe(202);
    const trace = await traceWhen(
      mesh.endpoints.traces,
      traceId,
      (now) => expect(workIn(now, 'worker')).toHaveLength(3),
      DEADLINE_MS,
    );
    const attempts = workIn(trace, 'worker').map(({ status, attributes }) => [
      status?.code,
      attributes[ATTEMPT],
    ]);
    expect(attempts.sort()).toEqual([1, 2, 3].map((attempt) => ['ERROR', attempt]));
  });

  it('at the hub loses the push and does not fail the task', async () => {
    await turn({ fail: ['ws-hub'] });
    const { traceId } = await mesh.postTask();
    await traceWhen(mesh.endpoints.traces, traceId, (trace) => {
      const events = workIn(trace, 'ws-hub');
      expect(events.map(({ status }) => status?.code)).toEqual(['ERROR', 'ERROR']);
      const work = workIn(trace, 'worker').map(({ status, attributes }) => [
        status?.code,
        attributes[ATTEMPT],
      ]);
      expect(work).toEqual([[undefined, 1]]);
    });
  });
});

describe('work that is slow', () => {
  it('takes at least as long as the knob says, at every place', async () => {
    const places = Object.keys(PLACES) as Place[];
    const slowMs = 300;
    await turn({ slow: places, slowMs });
    const { trace } = await mesh.fireWhole();
    for (const place of places) {
      const spans = workIn(trace, place).filter(({ kind }) => kind === 'server' || kind === 'consumer');
      expect(spans).not.toEqual([]);
      for (const { durationUs } of spans) expect(durationUs).toBeGreaterThanOrEqual(slowMs * 1_000);
    }
  });
});

describe('the ratio', () => {
  it('0 samples no trace of the agent, and 1 samples the next', async () => {
    await turn({ samplingRatio: 0 });
    const { traceId, result } = await mesh.fire();
    expect(result).toMatchObject({ pushed: 'done' });
    await turn({ samplingRatio: 1 });
    await mesh.fireWhole();
    expect(await fetchTrace(mesh.endpoints.traces, traceId)).toBeUndefined();
  });

  it('applies at a public edge to requests without context, and not to sampled callers', async () => {
    await turn({ samplingRatio: 0 });
    const url = new URL('/api/tasks', mesh.endpoints['rest-api']);
    const headers = { authorization: tokens.bearer(), 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ prompt: 'p' }) });
    const traceId = response.headers.get('x-trace-id') ?? '';
    const sampled = await mesh.postTask();
    await traceWhen(mesh.endpoints.traces, sampled.traceId, (trace) => {
      expect(workIn(trace, 'rest-api')).toHaveLength(1);
    });
    expect(await fetchTrace(mesh.endpoints.traces, traceId)).toBeUndefined();
  });
});

describe('the records', () => {
  it('hold no prompt, token or payload', async () => {
    const prompt = `secret-${randomUUID()}`;
    const { traceId } = await mesh.fire(prompt);
    await vi.waitFor(() => expect(mesh.lab.wire(traceId).length).toBeGreaterThanOrEqual(10));
    const texts = records.map(({ text }) => text);
    // Every JWT begins with `{"`, in base64url.
    const forbidden = /eyJ[\w-]{10}|secret-|Name a colour|why does a trace|"(data|prompt|result|token)"/i;
    expect(texts.filter((text) => forbidden.test(text))).toEqual([]);
    expect(texts.some((text) => text.includes('Bearer ••••'))).toBe(true);
  });
});

describe('when the lab ends', () => {
  it('every process resets its knobs', async () => {
    await turn({ fail: ['edge-mcp'] });
    await mesh.lab[Symbol.asyncDispose]();
    // Each process resets its knobs when its socket closes.
    await vi.waitFor(() => mesh.fire(), { timeout: DEADLINE_MS, interval: 50 });
    const { trace } = await mesh.fireWhole();
    expect(workIn(trace, 'worker')).toHaveLength(1);
  });
});
