// The benchmark as a command.
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { ROOT } from './root.ts';

const bench = (...args: string[]) =>
  execa('npm', ['run', '-s', 'bench', '--', ...args], { cwd: ROOT, reject: false, timeout: 60_000 });

it('overhead reports CPU, ratio and exported spans of each handler and mode as one JSON object', async () => {
  const chosen = ['--handler', 'empty', 'ws', '--mode', 'none', 'ours-100', 'ours-0'];
  const { exitCode, stdout } = await bench('overhead', '--quick', '--json', ...chosen);
  expect(exitCode).toBe(0);
  const { machine, overhead } = JSON.parse(stdout);
  expect(machine).toMatchObject({ node: expect.stringMatching(/^v\d+/), cores: expect.any(Number) });
  const spans = overhead.map(({ handler, mode, spans }: Record<string, unknown>) => [handler, mode, spans]);
  expect(spans).toEqual([
    ['empty', 'none', 0],
    ['empty', 'ours-100', 1],
    ['empty', 'ours-0', 0],
    ['ws', 'none', 0],
    ['ws', 'ours-100', 2],
    ['ws', 'ours-0', 0],
  ]);
  for (const { cpuUs, wallUs, ratio } of overhead) {
    expect(cpuUs).toBeGreaterThan(0);
    expect(wallUs).toBeGreaterThan(0);
    expect(ratio).toBeGreaterThan(0.3);
  }
});

it('links finds every trace that links to another, by a search and by the trace doctor, among as many as the store holds', async () => {
  const { exitCode, stdout, stderr } = await bench('links', '--quick', '--json');
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout).links).toMatchObject({ traces: 100_000, asked: 20, found: 1 });
});

it.each([
  ['an unknown part', ['latency'], "error: unknown part 'latency' (one of"],
  ['a port out of range', ['overhead', '--handler', 'pg-redis', '--port', '80'], 'port 80 is out of range'],
])('%s is one line on stderr and exit code 2', async (_what, args, line) => {
  const { exitCode, stdout, stderr } = await bench(...args);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.split('\n')[0]).toContain(line);
});
