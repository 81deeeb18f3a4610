// tools/trace-doctor on its own: packed, and installed by npm into an empty project, its command reads each format on each
// supported Node.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startJaegerDouble } from '@trace-mesh/trace-doctor/jaeger-double';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { jaeger, otlp, otlpProtobuf, zipkin } from '@trace-mesh/trace-doctor/written';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeOf } from './node-of.ts';
import { outsideEnv } from './outside-env.ts';
import { ROOT } from './root.ts';

/** npm, a compiler and the registry, on a small machine. */
const INSTALL_MS = 300_000;

const folder = await mkdtemp(join(tmpdir(), 'trace-doctor-package-'));
afterAll(() => rm(folder, { recursive: true }));
const run = execa({ cwd: folder, extendEnv: false, env: outsideEnv(), timeout: INSTALL_MS });

const base = { traceId: 'a'.repeat(32), links: [], events: [], attributes: {}, sampled: true };
const shop: Span = {
  ...base,
  spanId: 'b'.repeat(16),
  name: 'GET /orders',
  kind: 'server',
  service: 'shop',
  startUs: 1_764_316_800_000_000,
  durationUs: 40_000,
  resource: { 'service.name': 'shop' },
};
const orphan: Span = { ...shop, spanId: 'c'.repeat(16), parentSpanId: 'd'.repeat(16), kind: 'internal' };
const spans = [shop, orphan];

const FILES: Record<string, string | Buffer> = {
  'jaeger.json': JSON.stringify(jaeger(spans)),
  'otlp.json': JSON.stringify(otlp(spans)),
  'otlp.jsonl': spans.map((span) => JSON.stringify(otlp([span]))).join('\n'),
  'otlp.pb': otlpProtobuf(spans),
  'tempo.json': JSON.stringify({ trace: otlp(spans, 'base64') }),
  'zipkin.json': JSON.stringify(zipkin(spans)),
};

beforeAll(async () => {
  const args = ['run', '-s', 'pack', '--', folder, 'tools/trace-doctor'];
  const { stdout: tarball } = await run('npm', args, { cwd: ROOT });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }));
  await run('npm', ['install', '--no-audit', '--no-fund', tarball]);
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
}, INSTALL_MS);

it('the package brings only public packages, and few', async () => {
  const path = 'node_modules/@trace-mesh/trace-doctor/package.json';
  const { dependencies } = JSON.parse(await readFile(join(folder, path), 'utf8'));
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(7);
  expect(Object.keys(dependencies).filter((name) => name.startsWith('@trace-mesh/'))).toEqual([]);
});

describe.each([22, 24])('on Node %i', { timeout: INSTALL_MS }, (version) => {
  let node = '';
  beforeAll(async () => {
    node = await nodeOf(version, folder);
    expect((await run(node, ['--version'])).stdout).toMatch(new RegExp(`^v${version}\\.`));
  }, INSTALL_MS);
  const doctor = async (...args: string[]) => {
    const bin = 'node_modules/@trace-mesh/trace-doctor/main.js';
    const { exitCode, stdout, stderr } = await run(node, [bin, ...args], { reject: false });
    return { exitCode, stdout, stderr };
  };

  it.each(Object.keys(FILES))('the installed command finds the orphan in %s, and exits 1', async (name) => {
    const { exitCode, stdout, stderr } = await doctor(name, '--json', '--fail-on', 'warning');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ traces: 1, spans: 2 });
    expect(answer.findings.flatMap((finding: { spans: unknown[] }) => finding.spans)).toContainEqual({
      ...{ traceId: orphan.traceId, spanId: orphan.spanId },
    });
  });

  it('the installed command reads a Jaeger', async () => {
    await using store = await startJaegerDouble([{ traceId: shop.traceId, spans }]);
    const { stdout } = await doctor(store.url, '--json', '--lookback', '30000d');
    expect(JSON.parse(stdout)).toMatchObject({ traces: 1, spans: 2 });
  });

  it('input that cannot be read is refused in one line, with code 2', async () => {
    const { exitCode, stdout, stderr } = await doctor('package.json');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^package\.json: unknown JSON format \([^\n]*$/);
  });
});

it('npx runs the command by its name', { timeout: INSTALL_MS }, async () => {
  const { stdout } = await run('npx', ['trace-doctor', '--help']);
  expect(stdout).toMatch(/^Usage: trace-doctor \[options\] <source\.\.\.>/);
});
