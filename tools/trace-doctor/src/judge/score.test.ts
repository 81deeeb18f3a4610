import { expect, it } from 'vitest';
import type { Impact, ScoreRule } from './rule.ts';
import { scoreOf } from './score.ts';
import type { ServiceSeen } from './seen.ts';

const service = (name: string): ServiceSeen => ({ name, spans: [], resources: [] });

/** Rules of one impact, of which the first ones pass. */
const rulesOf = (impact: Impact, passed: number, total: number) =>
  Array.from({ length: total }, (_, n) => {
    const rule: ScoreRule = { id: `${impact}-${n}`, level: 'note', impact, title: '', check: () => [] };
    return { rule, passes: n < passed };
  });

const finding = (rule: ScoreRule, name: string) => ({
  rule: rule.id,
  level: rule.level,
  text: '',
  fix: '',
  service: name,
  spans: [],
});

// The example of specification.md, "Score Calculation Formula".
const EXAMPLE = [
  ...rulesOf('Critical', 4, 8),
  ...rulesOf('Important', 8, 10),
  ...rulesOf('Normal', 6, 8),
  ...rulesOf('Low', 1, 5),
];

it("the specification's example scores 63.86", () => {
  const failed = EXAMPLE.filter(({ passes }) => !passes).map(({ rule }) => finding(rule, 'shop'));
  const score = scoreOf(
    [service('shop')],
    EXAMPLE.map(({ rule }) => rule),
    failed,
  );
  expect(score.value).toBeCloseTo((530 / 830) * 100, 10);
  expect(score.value?.toFixed(2)).toBe('63.86');
  expect(score.category).toBe('Needs Improvement');
});

it('an unjudged rule counts neither as passed nor as failed', () => {
  const [critical] = rulesOf('Critical', 1, 1).map(({ rule }) => rule);
  const [low] = rulesOf('Low', 0, 1).map(({ rule }) => ({ ...rule, unjudged: () => 'needs logs' }));
  const rules = [critical, low].flatMap((rule) => rule ?? []);
  const score = scoreOf([service('shop')], rules, []);
  expect(score.value).toBe(100);
  expect(score.services[0]?.unjudged).toEqual([{ rule: 'Low-0', why: 'needs logs' }]);
});

it('the score of all services takes the sums over all of them', () => {
  const rules = [...rulesOf('Critical', 0, 1), ...rulesOf('Low', 0, 1)].map(({ rule }) => rule);
  const lost = rules.slice(0, 1).map((rule) => finding(rule, 'a'));
  const { value, services } = scoreOf([service('a'), service('b')], rules, lost);
  expect(services.map((own) => own.value)).toEqual([20, 100]);
  expect(value).toBe(60);
});

it('without a judged rule there is no score', () => {
  expect(scoreOf([service('a')], [], [])).toMatchObject({ services: [{ service: 'a', passed: [] }] });
  expect(scoreOf([], [], []).value).toBeUndefined();
});
