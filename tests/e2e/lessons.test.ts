// Each lesson: the broken program has the lesson's diagnosis, and the fixed one leaves a whole trace.
import { lessons } from '@trace-mesh/lessons/catalog';
import { findOut } from '@trace-mesh/lessons/finding';
import { type LessonResult, runLesson, type Taught } from '@trace-mesh/lessons/run-lesson';
import { runProgram, versionFile } from '@trace-mesh/lessons/run-program';
import { checkSpan } from '@trace-mesh/trace-doctor/conventions/check';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { describe, expect, inject, it } from 'vitest';

const endpoints = inject('endpoints');
const registry = readRegistry();

const named = ({ trace }: Taught, service: string, kind: Span['kind'], name: string): Span[] =>
  trace.spans.filter((span) => span.service === service && span.kind === kind && span.name === name);
const only = (spans: Span[]): Span => {
  expect(spans).toHaveLength(1);
  return spans[0] as Span;
};
const ids = (spans: Span[]) => spans.map(({ spanId }) => spanId).sort();
const parents = (spans: Span[]) => spans.map(({ parentSpanId }) => parentSpanId).sort();

/** The far side is not in the broken trace: it started another one, and the doctor found it there. */
async function expectLost(broken: Taught, ...far: [string, Span['kind'], string]): Promise<void> {
  expect(named(broken, ...far)).toEqual([]);
  const elsewhere = broken.diagnoses
    .flatMap(({ spans }) => spans)
    .find((ref) => ref.traceId !== broken.traceId);
  const found = elsewhere && (await fetchTrace(endpoints.traces, elsewhere.traceId));
  const [service, kind, name] = far;
  const span = found?.spans.find(({ spanId }) => spanId === elsewhere?.spanId);
  expect(span).toMatchObject({ service, kind, name });
  expect(span).not.toHaveProperty('parentSpanId');
}

/** Assertions on the exact parents. */
const proofs: Record<string, (result: LessonResult) => Promise<void> | void> = {
  async 'http-hop'({ broken, fixed }) {
    const far = ['rest-api', 'server', 'GET /api/tasks/:taskId'] as const;
    await expectLost(broken, ...far);
    expect(only(named(fixed, ...far)).parentSpanId).toBe(
      only(named(fixed, 'gateway', 'client', 'GET')).spanId,
    );
  },
  async 'message-attributes'({ broken, fixed }) {
    const far = ['mailer', 'consumer', 'process lab'] as const;
    await expectLost(broken, ...far);
    expect(only(named(fixed, ...far)).parentSpanId).toBe(
      only(named(fixed, 'shop', 'producer', 'send lab')).spanId,
    );
  },
  async 'eleventh-attribute'({ broken, fixed }) {
    const far = ['worker', 'consumer', 'process tasks'] as const;
    await expectLost(broken, ...far);
    expect(only(named(fixed, ...far)).parentSpanId).toBe(
      only(named(fixed, 'shop', 'producer', 'send tasks')).spanId,
    );
  },
  'stale-socket'({ broken, fixed }) {
    const handshake = only(named(broken, 'shop', 'client', 'GET /ws')).spanId;
    expect(parents(named(broken, 'shop', 'consumer', 'process pong'))).toEqual([handshake, handshake]);
    const sent = ids(named(fixed, 'ws-hub', 'producer', 'send pong'));
    expect(sent).toHaveLength(2);
    expect(parents(named(fixed, 'shop', 'consumer', 'process pong'))).toEqual(sent);
  },
  'ratio-sampler'({ broken, fixed }) {
    const far = ['rest-api', 'server', 'GET /api/tasks/:taskId'] as const;
    const missing = only(named(broken, ...far)).parentSpanId;
    expect(missing).toMatch(/^[0-9a-f]{16}$/);
    expect(ids(broken.trace.spans)).not.toContain(missing);
    expect(only(named(fixed, ...far)).parentSpanId).toBe(
      only(named(fixed, 'gateway', 'client', 'GET')).spanId,
    );
  },
  'leaking-baggage'({ broken, fixed }) {
    const baggage = ({ received }: Taught) => received.map(({ headers }) => headers.baggage);
    expect(baggage(broken)).toEqual(['customer.email=reader%40example.org']);
    expect(baggage(fixed)).toEqual([undefined]);
    expect(fixed.received[0]?.headers).not.toHaveProperty('traceparent');
  },
  'batch-item'({ broken, fixed }) {
    const call = ['shop', 'client', 'mesh.ledger.v1.CostLedger/GetBudget'] as const;
    const items = (version: Taught) => ids(named(version, 'shop', 'internal', 'batch item'));
    const root = only(named(broken, 'shop', 'internal', 'lesson batch-item')).spanId;
    expect(items(broken)).toHaveLength(3);
    expect(parents(named(broken, ...call))).toEqual([root, root, root]);
    expect(items(fixed)).toHaveLength(3);
    expect(parents(named(fixed, ...call))).toEqual(items(fixed));
  },
  'lost-at-exit'({ broken, fixed }) {
    const far = ['cost-ledger', 'server', 'mesh.ledger.v1.CostLedger/GetBudget'] as const;
    expect(broken.trace.spans.map(({ service }) => service)).not.toContain('shop');
    expect(only(named(broken, ...far)).parentSpanId).toMatch(/^[0-9a-f]{16}$/);
    expect(only(named(fixed, ...far)).parentSpanId).toBe(
      only(named(fixed, 'shop', 'client', 'mesh.ledger.v1.CostLedger/GetBudget')).spanId,
    );
  },
  'early-greeting'({ broken, fixed }) {
    const greeting = ['shop', 'consumer', 'process welcome'] as const;
    only(named(broken, 'ws-hub', 'producer', 'send welcome'));
    expect(named(broken, ...greeting)).toEqual([]);
    expect(only(named(fixed, ...greeting)).parentSpanId).toBe(
      only(named(fixed, 'ws-hub', 'producer', 'send welcome')).spanId,
    );
  },
  'lazy-thenable'({ broken, fixed }) {
    const call = ['shop', 'client', 'mesh.ledger.v1.CostLedger/GetBudget'] as const;
    const root = only(named(broken, 'shop', 'internal', 'lesson lazy-thenable')).spanId;
    expect(only(named(broken, ...call)).parentSpanId).toBe(root);
    expect(only(named(fixed, ...call)).parentSpanId).toBe(
      only(named(fixed, 'shop', 'internal', 'read budget')).spanId,
    );
  },
  'pooled-listener'({ broken, fixed }) {
    const parentOfSecond = (version: Taught) =>
      only(named(version, 'shop', 'internal', 'check second')).parentSpanId;
    expect(parentOfSecond(broken)).toBe(only(named(broken, 'shop', 'internal', 'first order')).spanId);
    expect(parentOfSecond(fixed)).toBe(only(named(fixed, 'shop', 'internal', 'second order')).spanId);
  },
  redirect({ broken, fixed }) {
    const baggage = ({ received }: Taught) => received.map(({ headers }) => headers.baggage);
    expect(baggage(broken)).toEqual(['customer.email=reader%40example.org']);
    expect(baggage(fixed)).toEqual([undefined]);
    const far = only(named(fixed, 'profile', 'server', 'POST /suggestions'));
    expect(far.parentSpanId).toBe(only(named(fixed, 'shop', 'client', 'POST')).spanId);
    expect(far.attributes['lesson.baggage']).toBe('customer.email');
  },
  'reused-metadata'({ broken, fixed }) {
    /** The tenant of each order, with that of the ledger's span below it. */
    const tenants = (version: Taught) =>
      ['acme', 'bolt'].map((tenant) => {
        const order = only(named(version, 'shop', 'internal', `order of ${tenant}`));
        const below = ({ spanId }: Span, ...far: [string, Span['kind'], string]) =>
          only(named(version, ...far).filter(({ parentSpanId }) => parentSpanId === spanId));
        const call = below(order, 'shop', 'client', 'shop.v1.Ledger/Charge');
        const charged = below(call, 'ledger', 'server', 'shop.v1.Ledger/Charge');
        return [order, charged].map(({ attributes }) => attributes['mesh.tenant.id']);
      });
    expect(tenants(broken)).toEqual([
      ['acme', 'acme'],
      ['bolt', 'acme'],
    ]);
    expect(tenants(fixed)).toEqual([
      ['acme', 'acme'],
      ['bolt', 'bolt'],
    ]);
  },
  'unsampled-parent'({ broken, fixed }) {
    const far = ['mailer', 'consumer', 'process lab'] as const;
    expect(broken.unsampled.spans).toMatchObject([{ service: 'mailer', name: 'process lab' }]);
    expect(fixed.unsampled.spans).toEqual([]);
    expect(only(named(fixed, ...far)).parentSpanId).toBe(
      only(named(fixed, 'shop', 'producer', 'send lab')).spanId,
    );
  },
};

describe('the lesson', () => {
  it.each(lessons)('$name is found broken by $cause, and whole when fixed', async (lesson) => {
    const result = await runLesson(lesson, { endpoints });
    const { broken, fixed } = result;
    expect(broken.whole).toBe(false);
    expect(new Set(broken.diagnoses.map(({ cause }) => cause))).toEqual(new Set([lesson.cause]));
    // Neither what a third party received, nor another trace, nor a tenant changes the hops of this one.
    expect(broken.ok).toBe(
      ['baggage-left-the-mesh', 'unsampled-trace-recorded', 'tenant-changed'].includes(lesson.cause),
    );
    expect(fixed).toMatchObject({ ok: true, diagnoses: [], problems: [], whole: true });
    expect(result.ok).toBe(true);
    expect(broken.lines.length).toBeGreaterThan(0);
    expect(fixed.lines.length).toBeGreaterThan(0);
    await proofs[lesson.name]?.(result);
    // A lesson has exactly one mistake.
    const spans = [broken, fixed].flatMap(({ trace }) => trace.spans);
    expect(spans.flatMap((span) => checkSpan(span, registry))).toEqual([]);
  });

  it('has exact assertions', () => {
    expect(Object.keys(proofs).sort()).toEqual(lessons.map(({ name }) => name).sort());
  });

  it('fails if the fixed program is the broken one', async () => {
    const [lesson] = lessons;
    if (!lesson) throw new Error('there is no lesson');
    const run = await runProgram(lesson, versionFile(lesson, 'broken'), { endpoints });
    const finding = await findOut(lesson, run, { endpoints, expected: 'fixed', timeoutMs: 2_000 });
    expect(finding.whole).toBe(false);
  });
});
