// The mesh's own metrics, beside those of the instrumentations. Attributes are few and bounded: no tenant, user or id, since
// each value would be a separate time series.
import { counter } from './counters.ts';

/** The decisions of the samplers, by rule. */
export const METRIC_SAMPLING_DECISIONS = 'mesh.sampling.decisions';
/** The cost of model calls, in micro-USD. */
export const METRIC_MODEL_COST = 'mesh.cost.micro_usd';

const decisions = counter({
  name: METRIC_SAMPLING_DECISIONS,
  unit: '{decision}',
  description: 'Head sampling decisions on spans that enter the process, by the rule that decided',
  attributes: ['rule', 'sampled'],
});

/** Counts one sampling decision. */
export const countDecision = (rule: string, sampled: boolean): void => decisions([rule, sampled]);

const modelCost = counter({
  name: METRIC_MODEL_COST,
  unit: '{micro_usd}',
  description: 'What calls of models cost, in micro-USD',
  attributes: ['gen_ai.request.model'],
});

/** Adds the cost of one call of a model, in integer micro-USD. */
export const countModelCost = (model: string, microUsd: number): void => modelCost([model], microUsd);
