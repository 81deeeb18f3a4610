import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseOptions } from './options.ts';

const parse = (...args: string[]) => parseOptions(args, ['story', 'batch']);

it('without options the demo starts a mesh and stays up', () => {
  expect(parse()).toEqual({ once: false, json: false, list: false, target: 'embedded' });
});

it('takes every option', () => {
  expect(
    parse('--prompt', 'Hi', '--once', '--json', '--scenario=batch', '--target', 'compose', '--port', '21000'),
  ).toEqual({
    prompt: 'Hi',
    once: true,
    json: true,
    list: false,
    scenario: 'batch',
    target: 'compose',
    port: 21_000,
  });
});

it('takes a mystery with its seed and answer', () => {
  expect(parse('--mystery', '--seed', '7', '--answer', '8:never-arrived')).toMatchObject({
    mystery: true,
    seed: 7,
    answer: { row: 8, cause: 'never-arrived' },
  });
});

describe('on a wrong command line', () => {
  let stderr = '';
  let printed: string[] = [];
  beforeEach(() => {
    stderr = '';
    printed = [];
    vi.spyOn(console, 'log').mockImplementation((line) => printed.push(line));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += text;
      return true;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it.each([
    [['--bogus'], /unknown option '--bogus'/],
    [['--scenario', 'nope'], /'nope' is invalid.*story, batch/],
    [['--target', 'moon'], /'moon' is invalid.*embedded, compose/],
    [['--port', '70000'], /'70000' is invalid.*1 to 65535/],
    [['--prompt', ' '], /prompt is empty/],
    [['--mystery', '--seed', '-1'], /'-1' is invalid.*0 to 999999/],
    [
      ['--mystery', '--answer', '8:moon'],
      /'8:moon' is invalid.*Rows: 1, 2.*Causes: http-without-traceparent/,
    ],
    [['--seed', '1'], /--seed needs --mystery/],
    [['--answer', '8:never-arrived'], /--answer needs --mystery/],
    [['--mystery', '--break', '8'], /'--mystery' cannot be used with option '--break/],
    [['story'], /too many arguments/],
  ])('%j exits with 2 and points to --help', (args, line) => {
    expect(parse(...args)).toBe(2);
    expect(stderr).toMatch(line);
    expect(stderr).toMatch(/see --help\n$/);
    expect(printed).toEqual([]);
  });

  it('prints an object too with --json', () => {
    expect(parse('--json', '--bogus')).toBe(2);
    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({ ok: false, traces: [] });
  });
});
