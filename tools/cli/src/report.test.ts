import { describe, expect, it } from 'vitest';
import type { FiredScenario } from './firing.ts';
import { failureJson, formatList, formatOutcome, formatStay, formatSummary, outcomesJson } from './report.ts';
import { broken, endpoints, orphaned, scenario, traceId, whole } from './story.fixture.ts';

const good: FiredScenario = {
  scenario,
  traceId,
  result: { costUsd: 0.25, traceId },
  verdict: whole,
  ok: true,
};
const bad: FiredScenario = { ...good, verdict: broken, ok: false };
const untraced: FiredScenario = { scenario, traceId: '', result: { costUsd: 0.25 }, ok: true };
const failed: FiredScenario = { ...bad, traceId: '', result: {}, error: 'the budget is spent' };

it('lists the addresses of a mesh that stays up, with the console if it has one', () => {
  const { console: _, ...without } = endpoints;
  expect(formatStay(endpoints)).toMatch(/: console at http:\S+, MCP at .* Ctrl-C ends it$/);
  expect(formatStay(without)).toMatch(/: MCP at /);
});

describe('--json', () => {
  const json = (...outcomes: FiredScenario[]) => JSON.parse(outcomesJson(outcomes, endpoints, 12.6));
  const trace = {
    scenario: 'story',
    rows: [2, 8],
    traceId,
    services: ['agent', 'edge-mcp'],
    spans: 2,
    hops: [{ from: 'agent', to: 'edge-mcp', transport: 'mcp', relation: 'parent', ok: true }],
    viewer: `http://127.0.0.1:16686/trace/${traceId}`,
  };

  it('holds exactly the documented keys', () => {
    expect(json(good)).toEqual({ ok: true, traces: [trace], durationMs: 13 });
  });

  it('is one line', () => {
    expect(outcomesJson([good], endpoints, 1)).not.toContain('\n');
  });

  it('is not ok when one of two is not', () => {
    expect(json(good, bad).ok).toBe(false);
  });

  it('has no hops when tracing is off', () => {
    const off = { ...trace, traceId: '', services: [], spans: 0, hops: [], viewer: 'http://127.0.0.1:16686' };
    expect(json(untraced)).toEqual({ ok: true, traces: [off], durationMs: 13 });
  });

  it('prints why a scenario failed, why a hop is broken, and why a trace with whole hops is not ok', () => {
    expect(json(failed).error).toBe('story: the budget is spent');
    expect(json(bad).error).toMatch(/^story: no span 'call' \(edge-mcp, server\) arrived/);
    const loose = json({ ...bad, verdict: orphaned });
    expect(loose.ok).toBe(false);
    expect(loose.traces[0].hops[0].ok).toBe(true);
    expect(loose.error).toBe("story: 'other' (edge-mcp) names parent gone, which never arrived");
  });

  it('keeps its shape when nothing could be fired', () => {
    const none = { ok: false, traces: [], durationMs: 13, error: 'no mesh' };
    expect(JSON.parse(failureJson('no mesh', 12.6))).toEqual(none);
  });
});

describe('for a person', () => {
  it('shows the result, the tree, the hops and the link', () => {
    expect(formatOutcome(good, endpoints, false)).toBe(
      `story: From a call to a push

costUsd  0.25

call     agent     client        1.0 ms
└─ call  edge-mcp  server        1.0 ms  ✓ mcp

✓ mcp  agent → edge-mcp

trace ${traceId}
http://127.0.0.1:16686/trace/${traceId}
`,
    );
  });

  it('prints what broke', () => {
    expect(formatOutcome(bad, endpoints, false)).toMatch(/^✗ mcp {2}agent → edge-mcp: no span 'call'/m);
    expect(formatOutcome(failed, endpoints, false)).toMatch(/^✗ the budget is spent$/m);
  });

  it('prints that there is no verdict when tracing is off', () => {
    expect(formatOutcome(untraced, endpoints, false)).toMatch(
      /costUsd {2}0\.25\n\ntracing is off: no verdict/,
    );
  });

  it('sums up', () => {
    expect(formatSummary([good, good])).toBe('2 of 2 hops hold');
    expect(formatSummary([good, bad])).toBe('1 of 2 scenarios failed, 1 of 2 hops are broken');
    expect(formatSummary([untraced])).toBe('all results received');
  });

  it('lists the scenarios with their rows', () => {
    expect(formatList([scenario], false)).toBe('story  From a call to a push (rows 2, 8)');
    const listed = { name: 'story', title: 'From a call to a push', rows: [2, 8] };
    expect(JSON.parse(formatList([scenario], true))).toEqual({ scenarios: [listed] });
  });
});

it('the summary counts hops that cannot be judged apart', () => {
  const hops = whole.hops.map((hop) => ({ ...hop, unproven: 'its trace was dropped' }));
  const half = { ...good, verdict: { ...whole, hops } };
  expect(formatSummary([good, half])).toBe('1 of 2 hops hold, 1 lead to traces that are not in the store');
});
