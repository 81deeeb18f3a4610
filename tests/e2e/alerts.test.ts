// infra/observability: what alerts and dashboard read is what a running mesh exposes. That each alert fires is shown by
// alerts.test.yaml with promtool, and with a real Prometheus by tests/backends/alerts.
import { readFile } from 'node:fs/promises';
import { parser } from '@prometheus-io/lezer-promql';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { slug } from 'github-slugger';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { parse } from 'yaml';

const inCheckout = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const yaml = async (file: string) => parse(await inCheckout(`infra/observability/${file}`));

interface Alert {
  alert: string;
  expr: string;
  annotations: { runbook: string };
}
const groups = [await yaml('alerts.yaml'), await yaml('services-down.yaml')].flatMap((file) => file.groups);
const alerts: Alert[] = groups.flatMap((group) => group.rules);

/** https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
interface TestFile {
  tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[];
}

interface Panel {
  title: string;
  datasource?: { uid: string };
  targets?: { expr: string }[];
}
const { panels } = JSON.parse(await inCheckout('infra/observability/grafana/dashboards/mesh.json')) as {
  panels: Panel[];
};
const expressions = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
];

/** What Prometheus adds: https://prometheus.io/docs/concepts/jobs_instances/ */
const ADDED = ['job', 'instance'];
/** A label that a sample has only after a failure. */
const AFTER_FAILURES = 'error_type';

/** Of each metric its labels with all their values. */
type Exposed = Map<string, Map<string, Set<string>>>;

function addSamples(exposed: Exposed, text: string): void {
  for (const line of text.split('\n').filter((line) => line && !line.startsWith('#'))) {
    const [, metric = '', labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? expect.fail(line);
    const known = exposed.get(metric) ?? new Map<string, Set<string>>();
    exposed.set(metric, known);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
      known.set(label, (known.get(label) ?? new Set()).add(value));
  }
}

async function scrapeAll(): Promise<Exposed> {
  const exposed: Exposed = new Map([['up', new Map()]]);
  for (const url of Object.values(inject('health')))
    addSamples(exposed, await (await fetch(new URL('/metrics', url))).text());
  return exposed;
}

interface Selector {
  metric: string;
  matchers: { label: string; op: string; value: string }[];
}

/** The selectors of an expression and the labels that it groups by. Throws for what is no PromQL. */
function readExpression(given: string): { selectors: Selector[]; grouped: string[] } {
  const expr = given.replaceAll('$__rate_interval', '5m');
  const selectors: Selector[] = [];
  const grouped: string[] = [];
  const text = ({ from, to }: { from: number; to: number }) => expr.slice(from, to);
  parser.parse(expr).iterate({
    enter({ name, type, node }) {
      if (type.isError) throw new Error(`no PromQL at ${node.from}: ${expr}`);
      const [first, , last] = [node.firstChild, node.firstChild?.nextSibling, node.lastChild];
      if (name === 'VectorSelector' && first) selectors.push({ metric: text(first), matchers: [] });
      if (name === 'GroupingLabels') grouped.push(...node.getChildren('LabelName').map(text));
      const op = node.getChild('MatchOp');
      if (name === 'UnquotedLabelMatcher' && first && op && last)
        selectors.at(-1)?.matchers.push({ label: text(first), op: text(op), value: text(last).slice(1, -1) });
    },
  });
  return { selectors, grouped };
}

/** What an expression reads and the mesh does not expose. */
function absent(exposed: Exposed, expr: string): string[] {
  const { selectors, grouped } = readExpression(expr);
  const labelsOf = (metric: string) => [...(exposed.get(metric)?.keys() ?? []), ...ADDED, AFTER_FAILURES];
  const all = selectors.flatMap(({ metric }) => labelsOf(metric));
  return [
    ...selectors.filter(({ metric }) => !exposed.has(metric)).map(({ metric }) => metric),
    ...grouped.filter((label) => !all.includes(label)),
    ...selectors.flatMap(({ metric, matchers }) =>
      matchers
        .filter(({ label, op, value }) => {
          if (!labelsOf(metric).includes(label)) return true;
          const isExact = op === '=' && !ADDED.includes(label) && label !== AFTER_FAILURES;
          return isExact && !exposed.get(metric)?.get(label)?.has(value);
        })
        .map(({ label, op, value }) => `${metric}{${label}${op}"${value}"}`),
    ),
  ];
}

const agent = openAgent(inject('endpoints'));
afterAll(() => agent[Symbol.asyncDispose]());
beforeAll(async () => {
  for (const scenario of ['http', 'create-task', 'ws-json']) await agent.fire(scenario);
});

it('every metric, label and value that an alert or the dashboard reads is exposed by the mesh', async () => {
  expect(expressions.length).toBeGreaterThan(40);
  await vi.waitFor(
    async () => {
      const exposed = await scrapeAll();
      const missing = expressions.map(([where, expr]) => [where, absent(exposed, expr)] as const);
      expect(missing.filter(([, names]) => names.length > 0)).toEqual([]);
    },
    { timeout: 20_000, interval: 500 },
  );
});

it('a metric, a label or a value under another name is found to be absent', () => {
  const exposed: Exposed = new Map();
  addSamples(exposed, 'waiting{queue="tasks"} 1\n');
  expect(absent(exposed, 'max by (queue) (waiting{queue="tasks"}) > 1')).toEqual([]);
  expect(absent(exposed, 'max by (topic) (waiting{name="a"}) > rate(sent{queue="tasks"}[5m])')).toEqual([
    'sent',
    'topic',
    'waiting{name="a"}',
    'sent{queue="tasks"}',
  ]);
  expect(absent(exposed, 'waiting{queue="jobs"}')).toEqual(['waiting{queue="jobs"}']);
  expect(() => absent(exposed, 'max by (queue (waiting)')).toThrow('no PromQL');
});

it('the dashboard and its exemplars lead to data sources that are provisioned', async () => {
  const { datasources } = (await yaml('grafana/provisioning/datasources/mesh.yaml')) as {
    datasources: {
      uid: string;
      type: string;
      jsonData?: { exemplarTraceIdDestinations?: { name: string; datasourceUid: string }[] };
    }[];
  };
  const types = Object.fromEntries(datasources.map(({ uid, type }) => [uid, type]));
  const used = panels.flatMap(({ datasource }) => (datasource ? [types[datasource.uid]] : []));
  expect(new Set(used)).toEqual(new Set(['prometheus']));
  const [link] = datasources.flatMap(({ jsonData }) => jsonData?.exemplarTraceIdDestinations ?? []);
  // The label of an exemplar, as metrics.test.ts reads it.
  expect(link?.name).toBe('trace_id');
  expect(types[link?.datasourceUid ?? '']).toBe('jaeger');
});

describe('an alert', () => {
  it('has a section in the runbooks, and there is no other section', async () => {
    const titles = (await inCheckout('docs/runbooks.md')).matchAll(/^## (.+)$/gm);
    const sections = Array.from(titles, ([, title = '']) => `docs/runbooks.md#${slug(title)}`);
    expect(alerts.map(({ annotations }) => annotations.runbook).sort()).toEqual(sections.sort());
    expect(alerts.map(({ alert }) => `docs/runbooks.md#${slug(alert)}`).sort()).toEqual(sections.sort());
  });

  it('fires in a case of the tests for promtool', async () => {
    const files = [await yaml('alerts.test.yaml'), await yaml('services-down.test.yaml')] as TestFile[];
    const tests = files.flatMap((file) => file.tests);
    const firing = tests.flatMap(({ alert_rule_test }) =>
      alert_rule_test
        .filter(({ exp_alerts = [] }) => exp_alerts.length > 0)
        .map(({ alertname }) => alertname),
    );
    expect([...new Set(firing)].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });
});
