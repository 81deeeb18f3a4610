import { SETTLED_AFTER_MS } from '@trace-mesh/trace-doctor/answers/check';
import { startJaegerDouble } from '@trace-mesh/trace-doctor/jaeger-double';
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';
import { describe, expect, it } from 'vitest';
import { ID, makeSpan, OTHER, run, tenAttributes, whole } from './run.fixture.ts';

async function check(traces: Trace[], ...args: string[]) {
  await using store = await startJaegerDouble(traces);
  return await run(['check', ID, '--traces', store.url, ...args]);
}

describe('a healthy trace', () => {
  it('ends with 0', async () => {
    const { code, stdout } = await check([whole()]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `trace ${ID}: ask (rest-api), 3 spans in 2 services, 10.0 ms\n\nhealthy: not fired by a scenario, so no edge was expected`,
    );
  });

  it('is one object with --json', async () => {
    const found = JSON.parse((await check([whole()], '--json')).stdout);
    expect(found).toMatchObject({ ok: true, traceId: ID, problems: [], diagnoses: [], hops: [] });
    expect(found).not.toHaveProperty('scenario');
  });
});

describe('a trace that links to another', () => {
  const linking = (): Trace => {
    const [root, ...others] = whole().spans as [Span, Span, Span];
    return { traceId: ID, spans: [{ ...root, links: [{ traceId: OTHER, spanId: 'receive' }] }, ...others] };
  };
  const stored = (spanId: string) => ({ traceId: OTHER, spans: [makeSpan(OTHER, spanId, 'worker')] });

  it('is healthy if the store does not have the other, and a note says so', async () => {
    const { code, stdout } = await check([linking()]);
    expect(code).toBe(0);
    expect(stdout).toContain('healthy: ');
    expect(stdout).toContain(
      `note: 'ask' (rest-api) links to trace ${OTHER}, which is not in the store: sampled away or expired`,
    );
  });

  it('is healthy without a note if the store has the span, and broken if it has the trace without the span', async () => {
    const whole = await check([linking(), stored('receive')]);
    expect([whole.code, whole.stdout.includes('note: ')]).toEqual([0, false]);
    const { code, stdout } = await check([linking(), stored('other')]);
    expect(code).toBe(1);
    expect(stdout).toContain(`links to span receive of trace ${OTHER}, which does not have it`);
  });
});

describe('a broken trace', () => {
  it('exits with 1 and explains the cause', async () => {
    const { code, stdout } = await check(tenAttributes());
    expect(code).toBe(1);
    expect(stdout).toContain(
      'the message reached worker without traceparent: rest-api sent 10 user attributes',
    );
  });

  it('of a scenario reports missing edges, of the scenario that its root names or of a given one', async () => {
    const rootOf = (name: string) => [{ traceId: ID, spans: [makeSpan(ID, 'root', 'agent', { name })] }];
    const fired = JSON.parse((await check(rootOf('scenario http'), '--json')).stdout);
    expect(fired).toMatchObject({ ok: false, scenario: 'http', hops: [{ ok: false, transport: 'http' }] });
    const given = JSON.parse((await check(rootOf('mine'), '--json', '--scenario', 'sqs-link')).stdout);
    expect(given).toMatchObject({ ok: false, scenario: 'sqs-link', hops: [{ ok: false, transport: 'sqs' }] });
  });

  it('that ended recently is read again, because spans may still arrive', async () => {
    const now = Date.now() * 1_000;
    const young = whole().spans.map((span) => ({ ...span, startUs: span.startUs - 1_010_000 + now }));
    const traces = [{ traceId: ID, spans: young.slice(0, 1).concat(young.slice(2)) }];
    await using store = await startJaegerDouble(traces);
    const checking = run(['check', ID, '--traces', store.url]);
    const reads = () => store.requested.filter((path) => path === `/api/traces/${ID}`).length;
    await expect.poll(reads, { timeout: SETTLED_AFTER_MS }).toBeGreaterThan(1);
    traces[0] = { traceId: ID, spans: young };
    expect((await checking).code).toBe(0);
  });
});
