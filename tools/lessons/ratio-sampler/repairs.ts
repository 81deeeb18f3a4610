import type { Attempts } from '../src/lesson.ts';

const SAMPLER = "process.env.OTEL_TRACES_SAMPLER = 'traceidratio';";
const RATIO = "process.env.OTEL_TRACES_SAMPLER_ARG = '0';";

export const attempts: Attempts = {
  right: {
    'no sampler of its own': [
      [SAMPLER, ''],
      [RATIO, ''],
    ],
    'no trace begins here': [[SAMPLER, "process.env.OTEL_TRACES_SAMPLER = 'parentbased_always_off';"]],
  },
  cheats: {
    'records everything': [[SAMPLER, "process.env.OTEL_TRACES_SAMPLER = 'always_on';"]],
    'samples all of them': [[RATIO, "process.env.OTEL_TRACES_SAMPLER_ARG = '1';"]],
  },
};
