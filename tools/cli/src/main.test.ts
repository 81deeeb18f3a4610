import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** Runs the demo as a process: its exit code and output. */
function run(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

/** An address at which nothing listens: a port that was just released. */
async function nowhere() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return `http://127.0.0.1:${port}/mcp`;
}

it('lists the scenarios without a mesh', async () => {
  const { code, stdout } = await run(['--list']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^create-task .*\(rows 1, 2, /m);
});

it('documents its exit codes', async () => {
  const { code, stdout } = await run(['--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Exit codes:\n {2}0 /);
});

it('refuses an unknown scenario with 2', async () => {
  const { code, stdout, stderr } = await run(['--scenario', 'nope']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/'nope' is invalid[^\n]*\n.*see --help/);
});

it('reports in one line that compose does not run', async () => {
  const url = await nowhere();
  expect(await run(['--target', 'compose', '--once'], { MESH_EDGE_MCP_URL: url })).toEqual({
    code: 1,
    stdout: '',
    stderr: `no mesh answers at ${url}: start it with \`docker compose up -d --build --wait\`\n`,
  });
});

it('reports it as one JSON object with --json', async () => {
  const env = { MESH_EDGE_MCP_URL: await nowhere() };
  const { code, stdout } = await run(['--target', 'compose', '--once', '--json'], env);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: expect.stringMatching(/^no mesh answers/) });
});
