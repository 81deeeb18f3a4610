// What the mesh weighs: start-up, memory and installation.
import { execFile } from 'node:child_process';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startMesh } from '@trace-mesh/embedded/mesh';
import { copyCheckout } from '../all/copy-checkout.ts';
import { cpuOf, residentBytes } from './cpu.ts';
import { type Run, table } from './part.ts';
import { median, minimum, round } from './statistics.ts';

/** Seconds elapsed, seconds of CPU and MiB; null where it does not apply. */
export interface WeightRow {
  what: string;
  elapsedS: number | null;
  cpuS: number | null;
  mib: number | null;
}

const STARTS = { full: 7, quick: 2 };
const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const execute = promisify(execFile);

const mib = (bytes: number) => round(bytes / 2 ** 20, 1);
const seconds = (ms: number) => round(ms / 1_000, 2);

async function elapsed<T>(work: () => Promise<T>): Promise<[ms: number, result: T]> {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

/** The start of the mesh with its console, then the restarts of each service: medians, and memory when it is ready. */
async function weighMesh({ quick, port, say }: Run): Promise<WeightRow[]> {
  const [startMs, mesh] = await elapsed(() => startMesh({ console: true, basePort: port }));
  await using _ = mesh;
  say('weight: mesh started');
  const rows: WeightRow[] = [
    { what: 'start of the mesh', elapsedS: seconds(startMs), cpuS: null, mib: null },
  ];
  const services = [...mesh.processes.values()].filter(({ spec }) => 'OTEL_SERVICE_NAME' in spec.env);
  for (const service of services) {
    const starts: { ms: number; cpuMs: number; bytes: number }[] = [];
    for (let turn = 0; turn < STARTS[quick ? 'quick' : 'full']; turn++) {
      await service.stop();
      const [ms] = await elapsed(() => service.start());
      const cpu = await cpuOf({ processes: new Map([[service.name, service]]) });
      starts.push({ ms, cpuMs: cpu[service.name] ?? Number.NaN, bytes: await residentBytes(service.pid) });
    }
    const of = (key: keyof (typeof starts)[number]) => starts.map((start) => start[key]);
    rows.push({
      what: `start of ${service.name}`,
      elapsedS: seconds(median(of('ms'))),
      cpuS: seconds(minimum(of('cpuMs'))),
      mib: mib(median(of('bytes'))),
    });
    say(`weight: ${service.name}`);
  }
  return rows;
}

/** The whole demo as a user runs it. */
async function weighDemo({ say }: Run): Promise<WeightRow> {
  const [ms] = await elapsed(() => execute('npm', ['run', '-s', 'demo', '--', '--once'], { cwd: CHECKOUT }));
  say('weight: demo');
  return { what: 'npm run demo -- --once', elapsedS: seconds(ms), cpuS: null, mib: null };
}

/** An installation into a copy of the checkout, from the packages in pnpm's store. */
async function weighInstallation({ say }: Run): Promise<WeightRow> {
  await using copy = await copyCheckout();
  const [ms] = await elapsed(() => copy.run('node', ['scripts/pnpm.mjs', '--version']));
  say('weight: installation');
  return { what: 'installation', elapsedS: seconds(ms), cpuS: null, mib: mib(await sizeOf(copy.folder)) };
}

/** The bytes on disk of the `node_modules` folder: links and other names of a file count once. */
async function sizeOf(folder: string): Promise<number> {
  const seen = new Map<number, number>();
  for await (const entry of await opendir(join(folder, 'node_modules'), { recursive: true })) {
    if (!entry.isFile()) continue;
    const { ino, blocks } = await stat(join(entry.parentPath, entry.name));
    seen.set(ino, blocks * 512);
  }
  return [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
}

export async function run(options: Run): Promise<WeightRow[]> {
  const rows = await weighMesh(options);
  if (options.quick) return rows;
  return [...rows, await weighDemo(options), await weighInstallation(options)];
}

export function print(rows: WeightRow[]): string {
  const shown = (value: number | null) => String(value ?? '–');
  const columns: Record<string, (row: WeightRow) => string> = {
    what: ({ what }) => what,
    'elapsed (s)': ({ elapsedS }) => shown(elapsedS),
    'CPU (s)': ({ cpuS }) => shown(cpuS),
    'memory or disk (MiB)': (row) => shown(row.mib),
  };
  return table(columns, rows);
}
