import type { Attempts } from '../src/lesson.ts';

const QUERY = 'stock.query(order, (answer) => resolve(check(order, answer)));';
const RETURN = 'return promise;';

export const attempts: Attempts = {
  right: {
    'awaits the answer': [
      [QUERY, 'stock.query(order, resolve);'],
      [RETURN, 'return promise.then((answer) => check(order, answer));'],
    ],
    'binds the callback to its async resource': [
      ['import { withSpan }', "import { AsyncResource } from 'node:async_hooks';\nimport { withSpan }"],
      [QUERY, 'stock.query(order, AsyncResource.bind((answer: string) => resolve(check(order, answer))));'],
    ],
  },
  cheats: {
    'opens the connection outside': [
      ['import { withSpan }', 'import { withoutParent, withSpan }'],
      [
        '  for (const order of',
        "  withoutParent(() => stock.query('none', () => {}));\n  for (const order of",
      ],
    ],
    'checks without an answer': [
      [QUERY, "stock.query(order, resolve);\n      void check('first', 'in stock');"],
    ],
  },
};
