// A real Prometheus that scrapes a mesh and evaluates the rules of infra/observability, at a speed for tests.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPrograms } from '@trace-mesh/embedded/program';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { z } from 'zod';

/** The folder of the rules. */
export const OBSERVABILITY = fileURLToPath(new URL('../../../infra/observability/', import.meta.url));
const RULES = ['alerts.yaml', 'services-down.yaml'];
/** Instead of five minutes: the time over which the rules look back. */
const WINDOW = '15s';

/** Prometheus and promtool on PATH; undefined where one is absent. */
export async function findPrometheus(): Promise<{ command: string; version: string } | undefined> {
  const found = await Promise.all(
    ['prometheus', 'promtool'].map((command) => execa(command, ['--version'], { reject: false })),
  );
  if (found.some(({ exitCode }) => exitCode !== 0)) return undefined;
  const version = /version (\S+)/.exec(found[0]?.stdout ?? '')?.[1] ?? '';
  return { command: 'prometheus', version };
}

const Alerts = z.object({
  data: z.object({
    alerts: z.array(z.object({ state: z.string(), labels: z.record(z.string(), z.string()) })),
  }),
});
const Exemplars = z.object({
  data: z.array(
    z.object({
      exemplars: z.array(z.object({ labels: z.object({ trace_id: z.string(), span_id: z.string() }) })),
    }),
  ),
});

/** Starts one; `targets` has the address of each service's health port, `host:port`. */
export async function startPrometheus(command: string, targets: Record<string, string>) {
  await using opened = new AsyncDisposableStack();
  const logDir = fileURLToPath(new URL('../../../.mesh/logs/alerts', import.meta.url));
  const programs = opened.use(await openPrograms({ logDir, env: process.env, ports: 1 }));
  const { runDir } = programs;
  for (const file of RULES) {
    const text = await readFile(join(OBSERVABILITY, file), 'utf8');
    // Alerts fire at once, and forget sooner.
    await writeFile(join(runDir, file), text.replace(/^ *for: .*\n/gm, '').replaceAll('5m', WINDOW));
  }
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: RULES,
    scrape_configs: Object.entries(targets).map(([job_name, target]) => ({
      job_name,
      static_configs: [{ targets: [target] }],
    })),
  };
  await writeFile(join(runDir, 'prometheus.yaml'), stringify(config));
  const address = `127.0.0.1:${programs.nextPort()}`;
  await programs.start({
    name: 'prometheus',
    command,
    args: [
      `--config.file=${join(runDir, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(runDir, 'tsdb')}`,
      `--web.listen-address=${address}`,
      '--enable-feature=exemplar-storage',
    ],
    env: {},
    ready: { http: `http://${address}/-/ready` },
  });
  const get = async (path: string) => (await fetch(`http://${address}/api/v1/${path}`)).json();
  const all = opened.move();
  return {
    /** The labels of each alert that fires, with its name as `alertname`. */
    async firing() {
      const { data } = Alerts.parse(await get('alerts'));
      return data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels);
    },
    /** The stored exemplars of a metric, of the last minute. */
    async exemplars(query: string) {
      const now = Date.now() / 1_000;
      const range = new URLSearchParams({ query, start: `${now - 60}`, end: `${now}` });
      const { data } = Exemplars.parse(await get(`query_exemplars?${range}`));
      return data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels));
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
