// The public MCP conformance suite against edge-mcp, in both eras and with tracing on: wrapping changes nothing on the wire.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SUITE = '@modelcontextprotocol/conformance@0.2.0-alpha.12';
/** The suite's own choice of Node; it comes from the registry too. */
const NODE = 'node@22.23.3';
/** With both packages still to be fetched. */
const TIMEOUT_MS = 240_000;

let mesh: Mesh;
let results = '';
beforeAll(async () => {
  // The suite brings no token.
  mesh = await startMesh({ env: { AUTHENTICATION: 'off' } });
  results = await mkdtemp(join(tmpdir(), 'mcp-conformance-'));
});
afterAll(async () => {
  await rm(results, { recursive: true });
  await mesh.stop();
});

it.each(['2026-07-28', '2025-11-25'])(
  'edge-mcp passes what revision %s requires, but for the baseline',
  async (revision) => {
    const baseline = fileURLToPath(new URL(`../conformance/mcp-baseline-${revision}.yml`, import.meta.url));
    const url = mesh.endpoints['edge-mcp'];
    const server = ['conformance', 'server', '--url', url, '--requirements', revision];
    const { exitCode, all } = await execa(
      'npx',
      [
        '-y',
        '-p',
        NODE,
        '-p',
        SUITE,
        ...server,
        '--expected-failures',
        baseline,
        '-o',
        join(results, revision),
      ],
      { all: true, reject: false },
    );
    expect({ exitCode, ...(exitCode !== 0 && { tail: all.slice(-4_000) }) }).toEqual({ exitCode: 0 });
  },
  TIMEOUT_MS,
);
