import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseOptions } from './options.ts';

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

const parse = (line: string) => parseOptions(line.split(' '), ['one']);
const usual = { name: 'one', json: false, once: false, target: 'embedded' };

it.each([
  ['one', usual],
  ['one --list', { json: false, once: false, target: 'embedded' }],
  ['one --work', { ...usual, work: {} }],
  ['one --work /tmp/mine --once --json', { ...usual, once: true, json: true, work: { dir: '/tmp/mine' } }],
  ['one --hint', { ...usual, show: 'hint' }],
  ['one --solution', { ...usual, show: 'solution' }],
])('%s is understood', (line, options) => {
  expect(parse(line)).toEqual(options);
});

it.each([
  'two',
  'one --once',
  '--hint',
  '--work --once',
  'one --hint --solution',
  'one --work --hint',
  'one --work --json',
])('%s is a wrong command line', (line) => {
  expect(parse(line)).toBe(2);
});
