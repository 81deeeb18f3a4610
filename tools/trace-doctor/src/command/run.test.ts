import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { otlp } from '../read/written.fixture.ts';
import { makeSpan } from '../spans.fixture.ts';
import { runDoctor } from './run.ts';

const resource = { 'service.name': 'shop', 'service.instance.id': '627cc493-f310-47de-96bd-71410b7dec09' };
const span = makeSpan('b'.repeat(16), 'shop', {
  kind: 'server',
  startUs: 1000,
  resource,
  durationUs: 20_000,
});
/** Its parent is in no trace. */
const orphan = { ...span, parentSpanId: 'f'.repeat(16) };

async function run(input: unknown, ...args: string[]) {
  const printed: string[] = [];
  const errors: string[] = [];
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const exitCode = await runDoctor(args.length > 0 ? args : ['-'], {
    stdin: Readable.from([Buffer.from(text)]),
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
  });
  return { exitCode, printed: printed.join('\n'), errors: errors.join('\n') };
}

describe('the exit code', () => {
  it.each([
    [['--fail-on', 'never'], 0],
    [['--fail-on', 'warning'], 1],
    [['--fail-on', 'never', '--min-score', '100'], 1],
    [['--fail-on', 'never', '--min-score', '0'], 0],
  ])('of traces with an orphan is, with %j, %i', async (args, expected) => {
    expect((await run(otlp([orphan]), '-', ...args)).exitCode).toBe(expected);
  });

  it('of input that cannot be read is 2, with the reason on stderr and nothing on stdout', async () => {
    const { exitCode, printed, errors } = await run('{');
    expect({ exitCode, printed }).toEqual({ exitCode: 2, printed: '' });
    expect(errors).toMatch(/^standard input: not valid JSON: /);
  });

  it('of a source without a trace is 2: a check of nothing must not pass', async () => {
    const { exitCode, errors } = await run([]);
    expect({ exitCode, errors }).toEqual({
      exitCode: 2,
      errors: '-: no trace (raise --lookback for a store, or export a trace)',
    });
    expect((await run(otlp([span]), '-', '--service', 'mail')).errors).toMatch(/no trace \(check --service/);
  });
});

it('--json prints one object: findings, score, how much was read and what was left out', async () => {
  const { printed, errors } = await run(otlp([orphan, { ...span, spanId: '0'.repeat(16) }]), '-', '--json');
  const answer = JSON.parse(printed);
  expect(answer).toMatchObject({
    traces: 1,
    spans: 1,
    leftOut: [{ what: 'spans without a valid id', count: 1 }],
  });
  expect(answer.findings.length).toBeGreaterThan(0);
  expect(answer.score.services).toMatchObject([{ service: 'shop' }]);
  expect(errors).toMatch(
    /^left out: 1 spans without a valid id, the first at standard input: resourceSpans\.1\./,
  );
});

it('without --json the findings and the score are text', async () => {
  const { printed } = await run(otlp([orphan]));
  expect(printed).toContain('shop');
  expect(printed).toMatch(/score/i);
});

describe('reports', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trace-doctor-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);

  it('--sarif and --junit write files beside the text', async () => {
    const { printed } = await run(otlp([orphan]), '-', '--sarif', at('a.sarif'), '--junit', at('a.xml'));
    expect(printed).toMatch(/score/i);
    const { version, runs } = JSON.parse(await readFile(at('a.sarif'), 'utf8'));
    expect(version).toBe('2.1.0');
    expect(runs[0].results.length).toBeGreaterThan(0);
    expect(await readFile(at('a.xml'), 'utf8')).toContain('<testsuite name="shop"');
  });

  it('that cannot be written are named, with code 2', async () => {
    const { exitCode, errors } = await run(otlp([span]), '-', '--junit', at('missing/a.xml'));
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/missing\/a\.xml: the report cannot be written: ENOENT/);
  });
});

describe('a command line', () => {
  it.each([
    [[], /missing required argument 'source'/],
    [
      ['-', '--format', 'xml'],
      /Allowed choices are jaeger-json, otlp-json, zipkin, otlp-protobuf, jaeger, tempo/,
    ],
    [['-', '--lookback', '1'], /Expected a time such as 30m, 1h or 2d/],
    [['-', '--limit', '0'], /Expected a whole number from 1 to/],
    [['-', '--min-score', '101'], /Expected a whole number from 0 to 100/],
    [['-', '--header', 'token'], /Expected NAME:VALUE/],
  ])('%j is refused with code 2 and the values that are allowed', async (args, message) => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const exitCode = await runDoctor(args, { stdin: process.stdin, print: () => {}, printError: () => {} });
    expect(exitCode).toBe(2);
    expect(written.mock.calls.join('')).toMatch(message);
    written.mockRestore();
  });

  it('--help names the formats and the exit codes, with code 0', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await runDoctor(['--help'], { stdin: process.stdin, print: () => {}, printError: () => {} })).toBe(
      0,
    );
    const help = written.mock.calls.join('');
    written.mockRestore();
    for (const part of ['OTLP/protobuf', 'Exit codes', '--min-score']) expect(help).toContain(part);
  });
});
