// A minimal service for service.test.ts: it makes a span when it starts and a span when it closes.
import { withSpan } from '@trace-mesh/tracing/span';
import { z } from 'zod';
import { BaseConfig, runService } from './service.ts';

const Config = BaseConfig.extend({
  /** How its resource closes. */
  CLOSING: z.enum(['well', 'never', 'badly']).default('well'),
});

await runService(Config, process.env, async ({ CLOSING }, { use, logger }) => {
  use({
    [Symbol.asyncDispose]: () =>
      withSpan('closing', {}, async () => {
        if (CLOSING === 'badly') throw new Error('the resource does not close');
        if (CLOSING === 'never') await new Promise(() => {});
      }),
  });
  await withSpan('opening', {}, () => logger.info('working'));
});
