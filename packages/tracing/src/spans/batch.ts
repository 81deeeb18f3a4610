// A batch: many items, few at a time, each in a span of its own. Teaches: the work of an item runs *inside* the item's
// span (a span that is merely made beside the work has no children), and an item that fails fails alone.
import pLimit from 'p-limit';
import { ATTR_MESH_BATCH_INDEX, ATTR_MESH_BATCH_SIZE } from './attributes.ts';
import { withSpan } from './span.ts';

/** How many items are worked on at once, unless the caller says otherwise. */
export const DEFAULT_BATCH_CONCURRENCY = 4;

/**
 * Runs `work` for every item in a span `name`, child of the running work. Never rejects for an item: the outcomes are in
 * the items' order, and a rejected one carries its error (which its span has recorded).
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
