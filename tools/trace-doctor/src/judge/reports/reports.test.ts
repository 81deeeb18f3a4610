import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ajv from 'ajv-draft-04';
import { describe, expect, it } from 'vitest';
import { makeSpan, makeTrace } from '../../spans.fixture.ts';
import { judge } from '../judge.ts';
import { toJson, toJUnit, toSarif, toText } from '../reports.ts';
import { rules } from '../rules.ts';
import { go } from '../shapes/go.fixture.ts';
import { java } from '../shapes/java.fixture.ts';
import { addAttributes, lose, seed } from '../shapes/seed.fixture.ts';

const { resolve } = createRequire(import.meta.url);
// The schema of OASIS, in a package of Microsoft.
const schema = JSON.parse(
  readFileSync(resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
);
const validate = new ajv.default({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
  schema,
);
const problemsOf = (log: unknown) => (validate(log) ? [] : validate.errors);

const SECRET = 'hunter2-hunter2';
const healthy = judge(java());
/** A lost message, a secret and a name that no format may take as its own. */
const broken = judge([
  ...seed(go(), 'go7 receive', lose),
  ...seed(java(), 'java8 insert', addAttributes({ 'db.password': SECRET })),
  makeTrace(makeSpan('root', 'a <"&> b\u0007', { parentSpanId: 'gone', name: ']]> <b>&\u001b[31m' })),
]);

describe('SARIF', () => {
  it.each([
    ['healthy traces', healthy],
    ['broken traces', broken],
    ['no trace', judge([])],
  ])('the log of %s is valid by the schema of 2.1.0', (_, judgement) => {
    const log = JSON.parse(
      JSON.stringify(toSarif(judgement, { source: 'traces/a b.json', version: '0.1.0' })),
    );
    expect(problemsOf(log)).toEqual([]);
    expect(log.runs[0].results).toHaveLength(judgement.findings.length);
  });

  it('the schema refuses a result without its message, so that the test can fail', () => {
    const log = toSarif(broken, { source: 'traces.json' });
    const [run] = log.runs;
    expect(problemsOf({ ...log, runs: [{ ...run, results: [{ ruleId: 'RES-001' }] }] })).not.toEqual([]);
  });

  it('each result names its rule, and no two have the same fingerprint', () => {
    const results = toSarif(broken, { source: 'traces.json' }).runs[0]?.results ?? [];
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex ?? -1]?.id).toBe(ruleId);
    const prints = results.map(({ partialFingerprints }) => partialFingerprints?.['ruleAndService/v1']);
    expect(new Set(prints).size).toBe(results.length);
  });
});

describe('JUnit', () => {
  const xml = toJUnit(broken);

  it('has a suite for each service and a case for each rule in it', () => {
    expect(xml.match(/<testsuite /g)).toHaveLength(broken.score.services.length);
    expect(xml.match(/<testcase /g)).toHaveLength(broken.score.services.length * rules.length);
  });

  it('has a failure for each error and warning, and none for a note', () => {
    const failing = broken.findings.filter(({ level }) => level !== 'note');
    expect(xml.match(/<failure /g)).toHaveLength(failing.length);
    expect(toJUnit(healthy)).not.toContain('<failure ');
  });

  it('counts the cases that fail and that are skipped', () => {
    const [, tests, failures, skipped] =
      /name="gateway" tests="(\d+)" failures="(\d+)" errors="0" skipped="(\d+)"/.exec(xml) ?? [];
    expect([tests, failures, skipped]).toEqual([String(rules.length), '1', '8']);
  });

  it('escapes names, and leaves control characters out', () => {
    expect(xml).toContain('name="a &lt;&quot;&amp;> b "');
    expect(xml).not.toMatch(/[^\P{Cc}\n\r\t]/u);
    expect(xml).not.toContain('<b>');
  });
});

describe('text', () => {
  it('has the score, each finding with what to write, the lost points and what is not judged', () => {
    const text = toText(broken);
    expect(text).toContain(`Instrumentation Score ${broken.score.value?.toFixed(1)}`);
    for (const { rule, level } of broken.findings) expect(text).toContain(`${level} ${rule}: `);
    expect(text.match(/^ {2}write: \S/gm)).toHaveLength(broken.findings.length);
    expect(text).toMatch(/a <"&> b {2}\d+\.\d \(\w+\): lost SPA-002 \(-20\)/);
    expect(text).toContain('LOG-001, LOG-002: needs logs');
  });

  it('healthy traces have the full score and no finding', () => {
    expect(toText(healthy)).toMatch(
      /^Instrumentation Score 100\.0 \(Excellent\): 3 services, 16 spans, 4 traces\n\n0 errors/,
    );
  });
});

it('no report contains the secret that it is about', () => {
  expect(broken.findings.map(({ rule }) => rule)).toContain('secret-attribute');
  const reports = [
    toJson(broken),
    toJUnit(broken),
    toText(broken),
    JSON.stringify(toSarif(broken, { source: 'a' })),
  ];
  for (const report of reports) expect(report).not.toContain('hunter2');
});
