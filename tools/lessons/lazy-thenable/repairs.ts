import type { Attempts } from '../src/lesson.ts';

const WITH = "context.with(ctx, () => budgetOf('lesson-acme'))";
const API = "import { context } from '@opentelemetry/api';";

export const attempts: Attempts = {
  right: {
    'runs it with runInContext': [
      [API, "import { runInContext } from '@trace-mesh/tracing/carrier';"],
      [WITH, "runInContext(ctx, () => budgetOf('lesson-acme'))"],
    ],
    'makes the query a promise inside': [
      [WITH, "context.with(ctx, () => budgetOf('lesson-acme').then((row) => row))"],
    ],
    'a span by withSpan': [
      [API, ''],
      ['import { startSpan }', 'import { withSpan }'],
      [
        `const { span, ctx } = startSpan('read budget');\n  try {\n    await ${WITH}`,
        "await withSpan('read budget', {}, () => budgetOf('lesson-acme'))",
      ],
      ['\n  } finally {\n    span.end();\n  }', ''],
    ],
  },
  cheats: {
    'builds the query and does not start it': [[`await ${WITH}`, WITH]],
    'a second span around the call': [
      ['import { startSpan }', 'import { startSpan, withSpan }'],
      [`await ${WITH}`, `await withSpan('budget', {}, async () => await ${WITH})`],
    ],
  },
};
