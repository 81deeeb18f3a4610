import { carrierFaultsOf } from '@trace-mesh/faults/faults';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { formatHops, formatTree, paint } from '@trace-mesh/trace-doctor/tree';
import { DECISION_TIMEOUT_MS, type DemoScenario, type FiredScenario, VERDICT_TIMEOUT_MS } from './firing.ts';
import { viewerLink } from './viewer.ts';

/** The object of `--json`, on one line; `error` is the reason if it is not ok. */
export function outcomesJson(
  outcomes: readonly FiredScenario[],
  endpoints: Endpoints,
  durationMs: number,
): string {
  const errors = outcomes.flatMap((outcome) =>
    allFlaws(outcome).map((flaw) => `${outcome.scenario.name}: ${flaw}`),
  );
  return JSON.stringify({
    ok: outcomes.every((outcome) => outcome.ok),
    traces: outcomes.map(({ scenario, traceId, verdict }) => ({
      scenario: scenario.name,
      rows: scenario.rows,
      traceId,
      services: [...new Set(verdict?.trace.spans.map((span) => span.service))],
      spans: verdict?.trace.spans.length ?? 0,
      hops: (verdict?.hops ?? []).map(({ from, to, transport, relation, ok }) => ({
        from,
        to,
        transport,
        relation,
        ok,
      })),
      viewer: viewerLink(endpoints, traceId),
    })),
    durationMs: Math.round(durationMs),
    ...(errors.length > 0 && { error: errors.join('; ') }),
  });
}

/** The same object if nothing could be fired. */
export function failureJson(error: string, durationMs: number): string {
  return JSON.stringify({ ok: false, traces: [], durationMs: Math.round(durationMs), error });
}

/** The faults in force, their services, and the source files that carry the hop. */
export function formatBreak(row: number): string {
  return carrierFaultsOf(row)
    .map(
      ({ what, services, file }) =>
        `broken on purpose, row ${row}: ${what}\n  in ${services.join(', ')}; the carrier is in ${file}\n`,
    )
    .join('');
}

/** One scenario as text: title, result, trace, hops, and the link to the trace. */
export function formatOutcome(outcome: FiredScenario, endpoints: Endpoints, color: boolean): string {
  const { scenario, traceId, result, verdict } = outcome;
  const blocks = [
    `${paint(color, 'bold', scenario.name)}: ${scenario.title}`,
    formatResult(result),
    verdict && formatTree(verdict.trace, verdict.hops, { color }),
    verdict && formatHops(verdict.hops, { color }),
    flaws(outcome)
      .map((flaw) => paint(color, 'red', `✗ ${flaw}`))
      .join('\n'),
    verdict ? traceId && `trace ${traceId}\n${viewerLink(endpoints, traceId)}` : 'tracing is off: no verdict',
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

export function formatSummary(outcomes: readonly FiredScenario[]): string {
  const hops = outcomes.flatMap((outcome) => outcome.verdict?.hops ?? []);
  const broken = hops.filter((hop) => !hop.ok).length;
  const failed = outcomes.filter((outcome) => !outcome.ok).length;
  if (failed > 0) {
    return `${failed} of ${outcomes.length} scenarios failed, ${broken} of ${hops.length} hops are broken`;
  }
  if (hops.length === 0) return 'all results received';
  const unproven = hops.filter((hop) => hop.unproven).length;
  const others = unproven > 0 ? `, ${unproven} lead to traces that are not in the store` : '';
  return `${hops.length - unproven} of ${hops.length} hops hold${others}`;
}

export const formatUndecided = (): string =>
  `no span of any trace arrived within ${VERDICT_TIMEOUT_MS / 1000} s: waiting up to ${DECISION_TIMEOUT_MS / 1000} s for the ` +
  'decision of a tail sampler (docs/sampling.md)';

export const formatNothing = ({ traces }: Endpoints): string =>
  `no span of any trace is at ${traces}: the mesh exports elsewhere or not at all (OTEL_EXPORTER_OTLP_ENDPOINT), ` +
  'or a tail sampler takes longer or drops forced traces';

export function formatStay({ console: page, 'edge-mcp': mcp, viewer }: Endpoints): string {
  const places = [...(page ? [`console at ${page}`] : []), `MCP at ${mcp}`, `traces at ${viewer}`];
  return `the mesh stays up: ${places.join(', ')}; Ctrl-C ends it`;
}

export function formatList(scenarios: readonly DemoScenario[], json: boolean): string {
  if (json) {
    const all = scenarios.map(({ name, title, rows }) => ({ name, title, rows }));
    return JSON.stringify({ scenarios: all });
  }
  const width = Math.max(0, ...scenarios.map((scenario) => scenario.name.length));
  return scenarios
    .map(
      ({ name, title, rows }) =>
        `${name.padEnd(width)}  ${title} (${rows.length === 1 ? 'row' : 'rows'} ${rows.join(', ')})`,
    )
    .join('\n');
}

const flaws = ({ error, verdict }: FiredScenario): string[] => (error ? [error] : (verdict?.problems ?? []));

const allFlaws = (outcome: FiredScenario): string[] => {
  const broken = outcome.error ? [] : (outcome.verdict?.hops ?? []);
  return [...broken.flatMap(({ why }) => why ?? []), ...flaws(outcome)];
};

function formatResult(result: Record<string, unknown>): string {
  const plain = Object.entries(result).filter(
    ([key, value]) => key !== 'traceId' && ['string', 'number', 'boolean'].includes(typeof value),
  );
  const width = Math.max(0, ...plain.map(([key]) => key.length));
  return plain.map(([key, value]) => `${key.padEnd(width)}  ${value}`).join('\n');
}
