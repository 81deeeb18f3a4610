// packages/tracing on its own: packed, and installed by npm into an empty project, it compiles against its types and traces a
// request on each supported Node. The program is the one in its README.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { readDocuments } from './markdown.ts';
import { nodeOf } from './node-of.ts';
import { outsideEnv } from './outside-env.ts';
import { ROOT } from './root.ts';

/** npm, a compiler and the registry, on a small machine. */
const INSTALL_MS = 300_000;
const CARD = 'packages/tracing/README.md';
const endpoints = inject('endpoints');

const card = (await readDocuments()).find(({ file }) => file === CARD);
const blockIn = (language: string) => card?.blocks.find((block) => block.language === language)?.code ?? '';
const PROGRAM = blockIn('ts');
const COMMAND = blockIn('sh');

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

const folder = await mkdtemp(join(tmpdir(), 'mesh-package-'));
afterAll(() => rm(folder, { recursive: true }));
const { PATH = '' } = process.env;
const run = execa({ cwd: folder, extendEnv: false, env: outsideEnv(), timeout: INSTALL_MS });
const install = (...packages: string[]) => run('npm', ['install', '--no-audit', '--no-fund', ...packages]);
const manifestOf = async (path: string) => JSON.parse(await readFile(join(folder, path), 'utf8'));

const COMPILER = {
  strict: true,
  exactOptionalPropertyTypes: true,
  // The types of the package are read as well, not only used.
  skipLibCheck: false,
  module: 'NodeNext',
  target: 'ES2023',
  lib: ['ES2023'],
  types: ['node'],
};

beforeAll(async () => {
  const { stdout: tarball } = await run('npm', ['run', '-s', 'pack', '--', folder, 'packages/tracing'], {
    cwd: ROOT,
  });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  // Of all the libraries that can be traced the program needs one.
  await install(tarball, 'express', '@types/express', '@types/node');
  await writeFile(join(folder, 'main.ts'), PROGRAM);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER }));
  await execa('tsc', ['--project', '.'], { cwd: folder, preferLocal: true, localDir: ROOT });
}, INSTALL_MS);

/** Starts the program with the README's command, on this Node and a free port. */
async function start(node: string) {
  const port = await freePort();
  const command = COMMAND.replace('3000', String(port));
  const words = command.replace('main.ts', 'main.js').split(' ');
  const settings = words.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split('='));
  const args = words.slice(words.indexOf('node') + 1);
  const env = { PATH, ...Object.fromEntries(settings), OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp };
  const program = execa(node, args, { cwd: folder, extendEnv: false, env, reject: false });
  const log = createInterface(program.stdout);
  for await (const line of log) if (JSON.parse(line).msg === 'ready') break;
  return { program, url: `http://127.0.0.1:${port}` };
}

const server = (name: string) => ({ service: 'shop', kind: 'server', name }) as const;
const call = { service: 'shop', kind: 'client', name: 'GET' } as const;

describe.each([22, 24])('on Node %i, the program of the README', (version) => {
  it('keeps the trace of its caller over HTTP, answers with its id, and exports its spans at SIGTERM', {
    timeout: INSTALL_MS,
  }, async () => {
    const node = await nodeOf(version, folder);
    expect((await run(node, ['--version'])).stdout).toMatch(new RegExp(`^v${version}\\.`));
    const { program, url } = await start(node);
    const continued = await fetch(`${url}/prices/tea`, { headers: { traceparent: TRACEPARENT } });
    expect(continued.headers.get('x-trace-id')).toBe(TRACE_ID);
    const answer = await fetch(`${url}/orders/tea`);
    expect(await answer.json()).toEqual({ item: 'tea', usd: 2 });
    program.kill('SIGTERM');
    expect((await program).exitCode).toBe(0);

    const edges = [
      { row: 1, transport: 'http', relation: 'parent' as const, from: call, to: server('GET /prices/:item') },
    ];
    const traceId = answer.headers.get('x-trace-id') ?? '';
    const { ok, trace } = await waitForTrace(endpoints.traces, traceId, edges, { timeoutMs: 10_000 });
    expect(ok).toBe(true);
    const spans = Object.fromEntries(trace.spans.map((span) => [`${span.kind} ${span.name}`, span]));
    const ids = Object.fromEntries(Object.entries(spans).map(([name, span]) => [name, span.spanId]));
    const parents = Object.fromEntries(
      Object.entries(spans).map(([name, span]) => [name, span.parentSpanId]),
    );
    expect(parents).toEqual({
      'server GET /orders/:item': undefined,
      'client GET': ids['server GET /orders/:item'],
      'server GET /prices/:item': ids['client GET'],
    });
  });
});

describe('every subpath', () => {
  beforeAll(async () => {
    const { peerDependencies } = await manifestOf('node_modules/@trace-mesh/tracing/package.json');
    await install(...Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`));
  }, INSTALL_MS);

  it.each([22, 24])(
    'loads on Node %i with the libraries that it names',
    async (version) => {
      const { exports } = await manifestOf('node_modules/@trace-mesh/tracing/package.json');
      const subpaths = Object.keys(exports).filter((subpath) => subpath !== './register');
      const load = `for (const path of ${JSON.stringify(subpaths)}) await import('@trace-mesh/tracing/' + path.slice(2));`;
      const args = ['--import', '@trace-mesh/tracing/register', '--input-type=module', '--eval', load];
      // Without a health port: nothing serves metrics here.
      const env = { PATH, OTEL_METRICS_EXPORTER: 'none' };
      const { exitCode, stderr } = await run(await nodeOf(version, folder), args, { env, reject: false });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(subpaths.length).toBeGreaterThan(30);
    },
    INSTALL_MS,
  );
});
