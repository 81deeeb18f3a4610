// The smallest service there is, for service/lifecycle.test.ts: it makes one span when it starts and one when it is closed.

import { withSpan } from '@trace-mesh/tracing/span';
import { z } from 'zod';
import { BaseConfig, runService } from './service.ts';

const Config = BaseConfig.extend({
  /** What closing it comes to. */
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
