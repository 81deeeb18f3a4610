// `npm run lesson`: what it prints, and the program that a learner repairs.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lessons } from '@trace-mesh/lessons/catalog';
import { versionFile } from '@trace-mesh/lessons/run-program';
import { copyOf } from '@trace-mesh/lessons/work';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const endpoints = inject('endpoints');
const MAIN = fileURLToPath(new URL('../../tools/lessons/src/main.ts', import.meta.url));
/** The command, with the tests' mesh. */
const lesson = (args: string[], env: Record<string, string> = {}) =>
  execa(process.execPath, [MAIN, ...args], {
    reject: false,
    env: {
      MESH_EDGE_MCP_URL: endpoints['edge-mcp'],
      MESH_REST_API_URL: endpoints['rest-api'],
      MESH_COST_LEDGER_ADDRESS: endpoints['cost-ledger'],
      MESH_WS_HUB_URL: endpoints['ws-hub'],
      MESH_BEDROCK_URL: endpoints.bedrock,
      MESH_SQS_URL: endpoints.sqs,
      MESH_OTLP_URL: endpoints.otlp,
      MESH_TRACES_URL: endpoints.traces,
      MESH_VIEWER_URL: endpoints.viewer,
      ...env,
    },
  });

describe('the command', () => {
  it('lists every lesson with its symptom', async () => {
    const { exitCode, stdout } = await lesson([]);
    expect(exitCode).toBe(0);
    for (const { name, symptom } of lessons) expect(stdout).toContain(`${name}\n    ${symptom}`);
  });

  it('exits with 2 for an unknown lesson and lists the known ones', async () => {
    const { exitCode, stdout, stderr } = await lesson(['nope']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    for (const { name } of lessons) expect(stderr).toContain(name);
  });

  it('prints a usage error as an object too', async () => {
    const { exitCode, stdout } = await lesson(['nope', '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ ok: false, error: expect.stringContaining("'nope' is invalid") });
  });

  it('prints only the object with --json', async () => {
    const { exitCode, stdout } = await lesson(['message-attributes', '--json', '--target', 'compose']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      lesson: 'message-attributes',
      broken: { whole: false, diagnoses: [{ cause: 'message-attributes-not-asked-for' }] },
      mended: { whole: true, diagnoses: [] },
    });
  });

  it('reports a missing mesh in one line and as an object', async () => {
    const url = 'http://127.0.0.1:1/mcp';
    const { exitCode, stdout, stderr } = await lesson(['http-hop', '--json', '--target', 'compose'], {
      MESH_EDGE_MCP_URL: url,
    });
    const error = `no mesh answers at ${url}: start it with \`docker compose up -d --build --wait\``;
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: error });
    expect(JSON.parse(stdout)).toEqual({ ok: false, error });
  });

  it('documents its exit codes', async () => {
    const { exitCode, stdout } = await lesson(['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Exit codes:\n {2}0 /);
  });

  it('shows the diagnosis and the differing lines with their places', async () => {
    const { exitCode, stdout } = await lesson(['batch-item', '--target', 'compose']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/diagnosis: item-outside-its-span\n\S/);
    expect(stdout).toMatch(/^tools\/lessons\/batch-item\/broken\.ts:\d+ {2}.*startSpan\('batch item'/m);
    expect(stdout).toMatch(/^tools\/lessons\/batch-item\/fixed\.ts:\d+ {2}.*withSpan\('batch item'/m);
  });
});

describe("the learner's program", () => {
  let MESH_LESSONS_DIR: string;
  beforeAll(async () => {
    MESH_LESSONS_DIR = await mkdtemp(join(tmpdir(), 'trace-mesh-learner-'));
  });
  afterAll(() => rm(MESH_LESSONS_DIR, { recursive: true }));
  const learn = (...args: string[]) =>
    lesson(['batch-item', ...args, '--target', 'compose'], { MESH_LESSONS_DIR });
  const program = () => join(MESH_LESSONS_DIR, 'batch-item', 'program.ts');

  it('is broken as it is copied, and whole once the fix is saved; the symptom says nothing of the cause', async () => {
    const working = learn('--work');
    const lines: string[] = [];
    for await (const line of working) {
      lines.push(line);
      if (!line.startsWith('Ask the doctor')) continue;
      const fixed = await readFile(versionFile({ name: 'batch-item' }, 'fixed'), 'utf8');
      await writeFile(
        program(),
        copyOf(fixed, dirname(versionFile({ name: 'batch-item' }, 'fixed')), dirname(program())),
      );
    }
    const { exitCode } = await working;
    const broken = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith('Ask the doctor')),
    );
    const text = lines.join('\n');
    expect(exitCode).toBe(0);
    expect(broken.join('\n')).toContain('✗ The items of the batch seem to take no time');
    expect(broken.join('\n')).not.toMatch(/item-outside|context|withSpan/);
    expect(text).toContain('✓ whole');
    expect((await lesson([], { MESH_LESSONS_DIR })).stdout).toContain(' ✓ batch-item\n');
  });

  it('is judged one time with --once, as an object with --json', async () => {
    const dir = join(MESH_LESSONS_DIR, 'other');
    const { exitCode, stdout } = await learn('--work', dir, '--once', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      lesson: 'batch-item',
      file: join(dir, 'program.ts'),
      diagnoses: [{ cause: 'item-outside-its-span' }],
    });
    await writeFile(join(dir, 'program.ts'), "throw new Error('not yet');");
    const failed = await learn('--work', dir, '--once');
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/^✗ .*program\.ts failed: .*not yet/ms);
  });

  it('gets its three hints one by one, and the solution on request, without a mesh', async () => {
    const hints = lessons.find(({ name }) => name === 'batch-item')?.hints ?? [];
    for (const count of [1, 2, 3, 3]) {
      const shown = hints.slice(0, count).map((hint, index) => `${index + 1}. ${hint}`);
      expect(await learn('--hint')).toMatchObject({ exitCode: 0, stdout: shown.join('\n') });
    }
    const { stdout } = await learn('--solution');
    expect(stdout).toMatch(/^tools\/lessons\/batch-item\/fixed\.ts:\d+ {2}.*withSpan\('batch item'/m);
  });
});
