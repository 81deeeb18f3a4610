import { startJaegerDouble } from '@trace-mesh/trace-doctor/jaeger-double';
import { describe, expect, it, vi } from 'vitest';
import { Stopped } from '../command-line.ts';
import { ID, run, whole } from './run.fixture.ts';

vi.stubEnv('MESH_TRACES_URL', 'http://127.0.0.1:1');
vi.mock('@trace-mesh/embedded/mesh', () => ({ findRunningMesh: async () => undefined }));

const failure = (error: RegExp) => ({ ok: false, error: expect.stringMatching(error) });

describe('the command line', () => {
  it('documents its exit codes', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Exit codes:\n {2}0 /);
  });

  it.each([
    [['show'], /missing required argument 'id'/],
    [['show', 'abc123'], /Expected a trace id of 32 hexadecimal digits, or a traceparent/],
    [['show', '0'.repeat(32)], /Expected a trace id of 32/],
    [['show', ID, '--target', 'moon'], /'moon' is invalid.*embedded, compose/],
    [['show', ID, '--traces', 'here'], /Expected a URL/],
    [['check', ID, '--scenario', 'nope'], /'nope' is invalid.*create-task/],
    [['watch', '--since', 'noon'], /Expected a time such as 30s, 10m or 2h/],
    [['heal', ID], /unknown command 'heal'/],
  ])('%j exits with 2 and points to --help', async (args, line) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr).toMatch(/see --help\n$/);
    const json = await run([...args, '--json']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toEqual(failure(line));
  });
});

describe('where there is no answer', () => {
  it.each([
    [
      'no mesh',
      ['show', ID],
      /^no mesh runs in this checkout: start one with `npm run demo` or `npm run dev`, or/,
    ],
    [
      'no store',
      ['show', ID, '--traces', 'http://127.0.0.1:1'],
      /^the trace store does not answer at http:\/\/127/,
    ],
    [
      'no compose',
      ['show', ID, '--target', 'compose'],
      /^the trace store does not answer at http:\/\/127.0.0.1:1\/api\/services: start it with `docker compose up/,
    ],
  ])('%s: one line, exit code 2, and with --json an object', async (_what, args, line) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr).not.toContain('\n');
    expect(JSON.parse((await run([...args, '--json'])).stdout)).toEqual(failure(line));
  });

  it('no such trace', async () => {
    await using store = await startJaegerDouble([]);
    const { code, stderr } = await run(['check', ID, '--traces', store.url]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `no such trace: ${ID} (at ${store.url})` });
  });

  it('it was stopped', async () => {
    const stop = AbortSignal.abort(new Stopped('SIGINT'));
    expect((await run(['show', ID, '--traces', 'http://127.0.0.1:1'], stop)).code).toBe(130);
  });
});

it('takes a traceparent, and an id in capitals', async () => {
  await using store = await startJaegerDouble([whole()]);
  for (const id of [`00-${ID}-b7ad6b7169203331-01`, ID.toUpperCase()])
    expect((await run(['show', id, '--traces', store.url])).code).toBe(0);
});
