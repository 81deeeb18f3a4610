// The Instrumentation Score: https://github.com/instrumentation-score/spec, specification.md, "Score Calculation Formula".
import type { Finding } from './finding.ts';
import { type ScoreRule, WEIGHTS } from './rule.ts';
import type { ServiceSeen } from './seen.ts';

export type Category = 'Excellent' | 'Good' | 'Needs Improvement' | 'Poor';

export interface Score {
  /** 0 to 100, unrounded; undefined if no rule could be judged. */
  value?: number;
  category?: Category;
}

export interface ServiceScore extends Score {
  service: string;
  passed: string[];
  failed: { rule: string; weight: number }[];
  /** They count in neither sum of the formula. The specification asks to name them. */
  unjudged: { rule: string; why: string }[];
}

export interface InstrumentationScore extends Score {
  services: ServiceScore[];
}

/** The score of each service, and that of all: the sums of the formula taken over all services. */
export function scoreOf(
  services: readonly ServiceSeen[],
  rules: readonly ScoreRule[],
  findings: readonly Finding[],
): InstrumentationScore {
  const broken = new Set(findings.map(({ rule, service }) => keyOf(rule, service ?? '')));
  const weights = new Map(rules.map(({ id, impact }) => [id, WEIGHTS[impact]]));
  const scores = services.map((service) => scoreService(service, rules, broken, weights));
  return { ...rate(scores, weights), services: scores };
}

const keyOf = (rule: string, service: string) => JSON.stringify([rule, service]);

type Weights = ReadonlyMap<string, number>;
type Outcome = Omit<ServiceScore, keyof Score>;

function scoreService(
  service: ServiceSeen,
  rules: readonly ScoreRule[],
  broken: ReadonlySet<string>,
  weights: Weights,
): ServiceScore {
  const outcome: Outcome = { service: service.name, passed: [], failed: [], unjudged: [] };
  for (const rule of rules) {
    const why = rule.unjudged?.(service);
    if (why !== undefined) outcome.unjudged.push({ rule: rule.id, why });
    else if (!broken.has(keyOf(rule.id, service.name))) outcome.passed.push(rule.id);
    else outcome.failed.push({ rule: rule.id, weight: WEIGHTS[rule.impact] });
  }
  return { ...rate([outcome], weights), ...outcome };
}

function rate(outcomes: readonly Outcome[], weights: Weights): Score {
  const sum = (ids: readonly string[]) => ids.reduce((total, id) => total + (weights.get(id) ?? 0), 0);
  const won = sum(outcomes.flatMap(({ passed }) => passed));
  const lost = sum(outcomes.flatMap(({ failed }) => failed.map(({ rule }) => rule)));
  if (won + lost === 0) return {};
  const value = (won / (won + lost)) * 100;
  return { value, category: categoryOf(value) };
}

/** specification.md, "Qualitative Categories"; its ranges are of whole numbers, so that the next begins where one ends. */
function categoryOf(value: number): Category {
  if (value >= 90) return 'Excellent';
  if (value >= 75) return 'Good';
  return value >= 50 ? 'Needs Improvement' : 'Poor';
}
