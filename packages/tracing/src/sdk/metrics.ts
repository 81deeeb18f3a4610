// The mesh's own metrics, beside those of the instrumentations. Attributes are few and bounded: no tenant, user or id, since
// each value would be a separate time series.
import { type Attributes, type Counter, metrics } from '@opentelemetry/api';

/** The decisions of the samplers, by rule. */
export const METRIC_SAMPLING_DECISIONS = 'mesh.sampling.decisions';
/** The cost of model calls, in micro-USD. */
export const METRIC_MODEL_COST = 'mesh.cost.micro_usd';

const meter = () => metrics.getMeter('@trace-mesh/tracing');

/** Created on first use: an instrument created before the SDK starts never reports. */
function counter(
  name: string,
  options: { unit: string; description: string },
): (value: number, attributes: Attributes) => void {
  let made: Counter | undefined;
  return (value, attributes) => {
    made ??= meter().createCounter(name, options);
    made.add(value, attributes);
  };
}

const decisions = counter(METRIC_SAMPLING_DECISIONS, {
  unit: '{decision}',
  description: 'Head sampling decisions on spans that enter the process, by the rule that decided',
});

/** Counts one sampling decision. */
export function countDecision(rule: string, sampled: boolean): void {
  decisions(1, { rule, sampled });
}

const modelCost = counter(METRIC_MODEL_COST, {
  unit: '{micro_usd}',
  description: 'What calls of models cost, in micro-USD',
});

/** Adds the cost of one call of a model, in integer micro-USD. */
export function countModelCost(model: string, microUsd: number): void {
  modelCost(microUsd, { 'gen_ai.request.model': model });
}
