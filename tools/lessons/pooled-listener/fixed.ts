// A shop checks its stock for two orders, over a connection that both use. Which order is the parent of each check?
import { context } from '@opentelemetry/api';
import { withSpan } from '@trace-mesh/tracing/span';
import { beginTrace } from '../src/program.ts';
import { openStock } from './stock.ts';

await beginTrace(async () => {
  using stock = await openStock();
  const check = (order: string, answer: string) => withSpan(`check ${order}`, {}, () => answer);

  for (const order of ['first', 'second']) {
    await withSpan(`${order} order`, {}, () => {
      const { promise, resolve } = Promise.withResolvers<string>();
      stock.query(
        order,
        context.bind(context.active(), (answer) => resolve(check(order, answer))),
      ); // ← the order's context
      return promise;
    });
  }
});
