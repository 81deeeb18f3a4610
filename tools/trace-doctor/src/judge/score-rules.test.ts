import { describe, expect, it } from 'vitest';
import { makeSpan, makeTrace } from '../spans.fixture.ts';
import type { Trace } from '../trace.ts';
import { judge } from './judge.ts';
import { scoreRules } from './rules.ts';
import { CASES, root } from './score-rules.fixture.ts';

const outcome = (trace: Trace, rule: string) => {
  const { score, findings } = judge([trace]);
  const [service] = score.services;
  return {
    passed: service?.passed.includes(rule),
    failed: service?.failed.map((lost) => lost.rule).includes(rule),
    findings: findings.filter((finding) => finding.rule === rule),
  };
};

describe('the rules of the Instrumentation Score', () => {
  for (const [rule, cases] of Object.entries(CASES))
    for (const { title, passes, fails } of cases)
      it(`${rule} finds ${title}`, () => {
        expect(outcome(passes, rule)).toEqual({ passed: true, failed: false, findings: [] });
        const { passed, failed, findings } = outcome(fails, rule);
        expect({ passed, failed }).toEqual({ passed: false, failed: true });
        expect(findings).toHaveLength(1);
        expect(findings[0]?.text).not.toBe('');
        expect(findings[0]?.fix).not.toBe('');
        expect(findings[0]?.spans.length).toBeGreaterThan(0);
      });

  it('every rule has a passing and a failing trace, or names the signal that traces do not have', () => {
    const [service] = judge([makeTrace(root)]).score.services;
    const unjudged = service?.unjudged.map(({ rule }) => rule) ?? [];
    expect(unjudged.filter((rule) => !/^(LOG|MET)-/.test(rule))).toEqual([]);
    expect([...Object.keys(CASES), ...unjudged].sort()).toEqual(scoreRules.map(({ id }) => id).sort());
  });

  it('rules of resources are not judged where the format has none', () => {
    const [service] = judge([makeTrace(makeSpan('a', 'shop'))]).score.services;
    const unjudged = service?.unjudged.map(({ rule }) => rule) ?? [];
    expect(unjudged).toEqual(expect.arrayContaining(['RES-001', 'RES-002', 'RES-003', 'SDK-001']));
    expect(service?.passed).toContain('RES-005');
  });
});
