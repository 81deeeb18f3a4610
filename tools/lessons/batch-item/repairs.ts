import type { Attempts } from '../src/lesson.ts';

const IMPORT = "import { startSpan } from '@trace-mesh/tracing/span';";
const START = "const { span } = startSpan('batch item', init);";
const WORK = 'return await budgetOf(tenantId);';

export const attempts: Attempts = {
  right: {
    'makes the started span active': [
      [IMPORT, `import { context } from '@opentelemetry/api';\n${IMPORT}`],
      [START, "const { span, ctx } = startSpan('batch item', init);"],
      [WORK, 'return await context.with(ctx, () => budgetOf(tenantId));'],
    ],
    'starts an active span': [
      [IMPORT, "import { tracer } from '@trace-mesh/tracing/span';"],
      [START, ''],
      [
        'try {\n        return await budgetOf(tenantId);\n      } finally {\n        span.end();\n      }',
        "return tracer().startActiveSpan('batch item', init, (span) => budgetOf(tenantId).finally(() => span.end()));",
      ],
    ],
  },
  cheats: {
    'one item around the whole batch': [
      [IMPORT, "import { startSpan, withSpan } from '@trace-mesh/tracing/span';"],
      [
        'await Promise.all(',
        "await withSpan('batch item', { attributes: { 'mesh.batch.index': 0 } }, () => Promise.all(",
      ],
      [START, 'const span = { end() {}, init, startSpan };'],
      ['    }),\n  );', '    }),\n  ));'],
    ],
    'no call': [[WORK, 'return tenantId;']],
  },
};
