// The mesh's own metrics, beside those of the instrumentations. Attributes are few and bounded: no tenant, user or id, since
// each value would be a separate time series.
import { type Counter, metrics } from '@opentelemetry/api';

/** The decisions of the samplers, by rule. */
export const METRIC_SAMPLING_DECISIONS = 'mesh.sampling.decisions';
/** The cost of model calls, in micro-USD. */
export const METRIC_MODEL_COST = 'mesh.cost.micro_usd';

const meter = () => metrics.getMeter('@trace-mesh/tracing');

/** The decisions so far. A counter of the SDK sorts and serializes its attributes at each call; this is read at each scrape. */
const decisions = { sampled: new Map<string, number>(), dropped: new Map<string, number>() };
let observed = false;

/** Counts one sampling decision. */
export function countDecision(rule: string, sampled: boolean): void {
  const counts = sampled ? decisions.sampled : decisions.dropped;
  counts.set(rule, (counts.get(rule) ?? 0) + 1);
  if (!observed) observeDecisions();
}

/** On first use: an instrument that is created before the SDK starts never reports. */
function observeDecisions(): void {
  observed = true;
  const counter = meter().createObservableCounter(METRIC_SAMPLING_DECISIONS, {
    unit: '{decision}',
    description: 'Head sampling decisions on spans that enter the process, by the rule that decided',
  });
  counter.addCallback((result) => {
    for (const [rule, count] of decisions.sampled) result.observe(count, { rule, sampled: true });
    for (const [rule, count] of decisions.dropped) result.observe(count, { rule, sampled: false });
  });
}

let modelCost: Counter | undefined;

/** Adds the cost of one call of a model, in integer micro-USD. */
export function countModelCost(model: string, microUsd: number): void {
  modelCost ??= meter().createCounter(METRIC_MODEL_COST, {
    unit: '{micro_usd}',
    description: 'What calls of models cost, in micro-USD',
  });
  modelCost.add(microUsd, { 'gen_ai.request.model': model });
}
