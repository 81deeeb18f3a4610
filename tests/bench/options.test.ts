import { expect, it, vi } from 'vitest';
import { type BenchOptions, parseOptions } from './options.ts';

const CHOICES = {
  parts: { overhead: 'CPU', gate: 'compare' },
  handlers: ['empty', 'grpc'],
  modes: ['none', 'ours-100'],
};

/** What the command line gave, and what was written to stderr. */
function parse(...args: string[]): { options: BenchOptions | number; written: string } {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const options = parseOptions(args, CHOICES);
  const written = [...stderr.mock.calls, ...stdout.mock.calls].map(([text]) => String(text)).join('');
  vi.restoreAllMocks();
  return { options, written };
}

it('no argument means all parts, in full, as tables', () => {
  expect(parse().options).toEqual({
    parts: [],
    json: false,
    quick: false,
    profile: false,
    peers: false,
    write: false,
  });
});

it('parts and flags may stand in any order, and lists end at the next flag', () => {
  const { options } = parse('overhead', '--handler', 'grpc', 'empty', '--json', '--mode', 'none');
  expect(options).toMatchObject({
    parts: ['overhead'],
    handler: ['grpc', 'empty'],
    mode: ['none'],
    json: true,
  });
});

it('--help lists every part and the exit codes, and succeeds', () => {
  const { options, written } = parse('--help');
  expect(options).toBe(0);
  for (const text of ['overhead', 'gate', '--quick', 'Exit codes']) expect(written).toContain(text);
});

it.each([
  ['an unknown flag', ['--fast'], "unknown option '--fast'"],
  ['an unknown part', ['overhed'], "unknown part 'overhed' (one of overhead, gate)"],
  ['an unknown handler', ['--handler', 'soap'], 'Allowed choices are empty, grpc'],
  ['a port that is no number', ['--port', 'http'], 'a port number'],
])('%s is one clear line and exit code 2', (_what, args, message) => {
  const { options, written } = parse(...args);
  expect(options).toBe(2);
  expect(written.split('\n')[0]).toContain(message);
});
