// Views that drop or rename metrics of the instrumentations.
import type { Attributes } from '@opentelemetry/api';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import { loadSdk } from './cjs.ts';

/** The views of the mesh; for the constructor of the SDK. */
export function metricViews(): ViewOptions[] {
  const { AggregationType } = loadSdk('sdk-metrics');
  return [
    // See postgres/pool-metrics.ts, which reports the same from the pool itself.
    {
      meterName: '@opentelemetry/instrumentation-pg',
      instrumentName: 'db.client.connection.*',
      aggregation: { type: AggregationType.DROP },
    },
    {
      meterName: '@opentelemetry/instrumentation-aws-sdk',
      instrumentName: 'gen_ai.client.*',
      attributesProcessors: [{ process: nameProvider }],
    },
  ];
}

/** `gen_ai.system` became `gen_ai.provider.name`. */
function nameProvider({ 'gen_ai.system': system, ...rest }: Attributes): Attributes {
  return system === undefined ? rest : { ...rest, 'gen_ai.provider.name': system };
}
