// A batch: many items, few of them concurrently. The work of an item runs inside the item's span: a span beside the work would have
// no children. An item that fails does not affect the others.
import pLimit from 'p-limit';
import { ATTR_MESH_BATCH_INDEX, ATTR_MESH_BATCH_SIZE } from './attributes.ts';
import { withSpan } from './span.ts';

/** How many items are processed concurrently by default. */
export const DEFAULT_BATCH_CONCURRENCY = 4;

/**
 * Runs `work` for every item in a span `name`, a child of the active span. Does not reject for an item: the outcomes are in
 * the items' order, and a rejected one has the error, which is recorded on its span.
 */
export async function processBatch<Item, Result>(
  name: string,
  items: readonly Item[],
  { concurrency = DEFAULT_BATCH_CONCURRENCY }: { concurrency?: number },
  work: (item: Item, index: number) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const limit = pLimit(concurrency);
  const attributes = (index: number) => ({
    [ATTR_MESH_BATCH_INDEX]: index,
    [ATTR_MESH_BATCH_SIZE]: items.length,
  });
  return Promise.allSettled(
    items.map((item, index) =>
      limit(() => withSpan(name, { attributes: attributes(index) }, () => work(item, index))),
    ),
  );
}
