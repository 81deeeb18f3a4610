// Rules of the Instrumentation Score for signals that are not in traces: they are named as not judged.
import type { Impact, ScoreRule } from '../rule.ts';

const needs =
  (signal: 'logs' | 'metrics') =>
  (id: string, impact: Impact, title: string): ScoreRule => ({
    id,
    level: 'note',
    impact,
    title,
    unjudged: () => `needs ${signal}`,
    check: () => [],
  });

const log = needs('logs');
const metric = needs('metrics');

/** rules/LOG-*.md and rules/MET-*.md */
export const ofLogsAndMetrics: readonly ScoreRule[] = [
  log('LOG-001', 'Important', 'production has no debug logs for more than 14 days'),
  log('LOG-002', 'Important', 'log records have a severity'),
  metric('MET-001', 'Important', 'metric attributes have a bound cardinality'),
  metric('MET-002', 'Important', 'metrics have a unit of UCUM'),
  metric('MET-003', 'Important', 'a metric has one unit'),
  metric('MET-004', 'Normal', 'a histogram has the same buckets everywhere'),
  metric('MET-005', 'Normal', 'the name of a metric does not contain its unit'),
  metric('MET-006', 'Important', 'no metric has the name of an attribute of the semantic conventions'),
];
