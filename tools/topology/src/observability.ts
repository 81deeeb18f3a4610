// What Prometheus knows of the rows: its targets, and the alert of each service that is down.
import { replaceBetween } from './compose.ts';
import type { Service } from './services.ts';

/** Paths of the files, from the root of the checkout. */
export const PROMETHEUS = 'infra/observability/prometheus.yaml';
export const SERVICES_DOWN_TEST = 'infra/observability/services-down.test.yaml';
export const SERVICES_DOWN = 'infra/observability/services-down.yaml';

const FROM = 'from tools/topology/src/services.ts';
const TARGETS = {
  begin: `  # Made by \`npm run draw\` ${FROM}: targets.\n`,
  end: '  # End of the made targets.\n',
};

/** By DNS: one target for each replica of compose. The job has the name of the service. */
const targetOf = ({ name }: Service): string =>
  [
    `  - job_name: ${name}`,
    `    dns_sd_configs: [{ names: [${name}], type: A, port: 8090, refresh_interval: 15s }]`,
  ].join('\n');

/** prometheus.yaml with the targets of the rows. Throws an Error where a mark is absent. */
export const withTargets = (text: string, rows: readonly Service[]): string =>
  replaceBetween(PROMETHEUS, text, TARGETS, `${rows.map(targetOf).join('\n')}`);

/** The alert. A service of which no replica runs has no target, and so no `up`: each is named. */
export function servicesDown(rows: readonly Service[]): string {
  const down = rows.map(({ name }) => `max by (job) (up{job="${name}"}) == 0 or absent(up{job="${name}"})`);
  return `# Made by \`npm run draw\` ${FROM}.
groups:
  - name: services
    rules:
      - alert: ServiceDown
        expr: >-
          ${down.join('\n          or ')}
        for: 1m
        labels: { severity: page }
        annotations:
          summary: 'No instance of {{ $labels.job }} answers.'
          runbook: docs/runbooks.md#servicedown
`;
}

/** Its test for promtool: of the first service no replica has a target, of the second none answers, of the others one does. */
export function servicesDownTest(rows: readonly Service[]): string {
  const [absent, silent] = rows.map(({ name }) => name);
  const up = rows
    .filter(({ name }) => name !== absent)
    .flatMap(({ name }) => [
      `      - { series: 'up{job="${name}", instance="a"}', values: "1 ${name === silent ? 0 : 1}x4" }`,
      `      - { series: 'up{job="${name}", instance="b"}', values: "1 0x4" }`,
    ]);
  const fired = [absent, silent].map(
    (name) => `          - exp_labels: { severity: page, job: ${name} }
            exp_annotations:
              summary: No instance of ${name} answers.
              runbook: docs/runbooks.md#servicedown`,
  );
  return `# Made by \`npm run draw\` ${FROM}. See alerts.test.yaml.
rule_files: [services-down.yaml]
evaluation_interval: 1m
tests:
  - name: of one service no instance answers, another has none, and of the others one of two answers
    interval: 1m
    input_series:
${up.join('\n')}
    alert_rule_test:
      - { eval_time: 0m, alertname: ServiceDown }
      - eval_time: 3m
        alertname: ServiceDown
        exp_alerts:
${fired.join('\n')}
`;
}
