import { startJaegerDouble } from '@trace-mesh/trace-doctor/jaeger-double';
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE } from './errors.ts';
import { ID, makeSpan, OTHER, run, whole } from './run.fixture.ts';
import { MAX_HINTS } from './slow.ts';

async function on(traces: Trace[], ...args: string[]) {
  await using store = await startJaegerDouble(traces);
  const text = await run([...args, '--traces', store.url]);
  const json = await run([...args, '--traces', store.url, '--json']);
  expect(json.code).toBe(text.code);
  return { code: text.code, text: text.stdout, json: JSON.parse(json.stdout) };
}

const root = makeSpan(ID, 'root', 'agent', { durationUs: 100_000 });
const below = (spanId: string, parts: Partial<Span>) =>
  makeSpan(ID, spanId, 'worker', { parentSpanId: 'root', ...parts });
const traceOf = (...spans: Span[]): Trace => ({ traceId: spans[0]?.traceId ?? ID, spans });
const job = traceOf(
  makeSpan(OTHER, 'job', 'worker', {
    links: [{ traceId: ID, spanId: 'send' }],
    attributes: { 'mesh.link.trace_id': ID, 'mesh.tenant.id': 'acme' },
  }),
  makeSpan(OTHER, 'ask', 'worker', {
    parentSpanId: 'job',
    attributes: {
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 40,
      'gen_ai.request.model': 'nova',
      'mesh.cost.micro_usd': 1_234_567,
    },
  }),
);

describe('show', () => {
  it('prints the tree with times, and linked traces in both directions', async () => {
    const { code, text, json } = await on([whole(), job], 'show', ID);
    expect(code).toBe(0);
    expect(text).toMatch(
      new RegExp(
        `send tasks +rest-api +producer +\\+0\\.0 +2\\.0 ms  ↙ job work \\(worker\\) in trace ${OTHER}`,
      ),
    );
    expect(text).toMatch(/process tasks +worker +consumer +\+5\.0/);
    expect(text).toContain(`↙ links here: trace ${OTHER}: job work (worker)`);
    expect(json).toMatchObject({ ok: true, spans: 3, linked: [], linking: [{ traceId: OTHER }] });
    const other = await on([whole(), job], 'show', OTHER);
    expect(other.text).toContain(`↗ linked from here: trace ${ID}: ask (rest-api)`);
    expect(other.json.linked).toMatchObject([{ traceId: ID, services: ['rest-api', 'worker'] }]);
  });
});

describe('slow', () => {
  it('prints the critical path with shares, and sequential spans as a hint', async () => {
    const calls = [0, 1].map((n) =>
      below(`call-${n}`, { name: 'get', startUs: 1_000_000 + n * 40_000, durationUs: 40_000 }),
    );
    const { code, text, json } = await on([traceOf(root, ...calls)], 'slow', ID);
    expect(code).toBe(0);
    expect(text).toMatch(/40\.0 % +40\.0 ms +get \(worker\)/);
    expect(text).toContain('A hint only');
    expect(text).toContain(
      'below root work (agent): get, get; 80.0 ms together, up to 40.0 ms less if concurrent',
    );
    expect(json.criticalPath).toHaveLength(3);
    expect(json.sequential).toMatchObject([{ savingUs: 40_000 }]);
  });

  it('prints the greatest hints and counts the rest', async () => {
    const runs = Array.from({ length: MAX_HINTS + 2 }, (_, n) => {
      const at = 1_000_000 + n * 10_000;
      return [0, 2_000].map((later) => below(`s${n}-${later}`, { name: `get ${n}`, startUs: at + later }));
    });
    const { text, json } = await on([traceOf(root, ...runs.flat())], 'slow', ID);
    expect(text).toContain('and 2 more');
    expect(json.sequential).toHaveLength(MAX_HINTS + 2);
  });
});

describe('errors', () => {
  const message = `no\u001b[2Jbudget ${'x'.repeat(MAX_MESSAGE)}`;
  const failed = below('failed', {
    name: 'Reserve',
    status: { code: 'ERROR', message },
    attributes: { 'error.type': 'over' },
  });
  const caller = { ...root, status: { code: 'ERROR' } as const };

  it('prints the first error, its origin and the services that saw it, and exits with 1', async () => {
    const { code, text, json } = await on([traceOf(caller, failed)], 'errors', ID);
    expect(code).toBe(1);
    expect(text).toMatch(
      /first error, at \+2\.0 ms: over: nobudget x+\n {2}it started in worker, at 'Reserve'\n {2}seen by agent \('root work'\)$/,
    );
    expect(text).not.toContain('x'.repeat(MAX_MESSAGE));
    expect(json).toMatchObject({
      ok: false,
      errors: [{ code: 'over', message, origin: { service: 'worker', spanId: 'failed' } }],
    });
  });

  it('exits with 0 if there is no error', async () => {
    const { code, text, json } = await on([whole()], 'errors', ID);
    expect([code, json.errors]).toEqual([0, []]);
    expect(text).toMatch(/no error$/);
  });
});

describe('cost', () => {
  it('sums tokens and USD by tenant and model, with linked traces on request', async () => {
    const { text, json } = await on([whole(), job], 'cost', ID, '--linked');
    expect(text).toMatch(/tenant acme +1 +12 +40 +1\.234567\n/);
    expect(text).toMatch(/model nova +1 +12 +40 +1\.234567\n/);
    expect(json).toMatchObject({ linkedTraceIds: [OTHER], total: { microUsd: 1_234_567 } });
    const alone = await on([whole(), job], 'cost', ID);
    expect(alone.text).toContain('no model call');
    expect(alone.json.total.calls).toBe(0);
  });
});

describe('diff', () => {
  const slower = {
    ...whole(OTHER),
    spans: whole(OTHER).spans.map((span) => ({ ...span, durationUs: span.durationUs * 3 })),
  };
  const shorter = { ...whole(OTHER), spans: whole(OTHER).spans.slice(0, 2) };

  it('exits with 0 if nothing is missing or slower', async () => {
    const { code, text, json } = await on([whole(), whole(OTHER)], 'diff', ID, OTHER);
    expect([code, json.ok]).toEqual([0, true]);
    expect(text).toMatch(/no difference$/);
  });

  it('exits with 0 if operations were only added', async () => {
    const { code, text } = await on([whole(), shorter], 'diff', OTHER, ID);
    expect(code).toBe(0);
    expect(text).toContain("+ new: 'process tasks' (worker, consumer)");
  });

  it.each([
    ['missing', shorter, "- missing: 'process tasks' (worker, consumer)"],
    ['slower', slower, "! 3.0 times slower: 'send tasks' (rest-api, producer), 2.0 ms → 6.0 ms"],
  ])('exits with 1 if something is %s', async (_what, after, line) => {
    const { code, text } = await on([whole(), after], 'diff', ID, OTHER);
    expect(code).toBe(1);
    expect(text).toContain(line);
  });
});
