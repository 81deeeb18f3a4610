import { extractContext, injectContext } from '@trace-mesh/tracing/carrier';
import { withLinkedRoot } from '@trace-mesh/tracing/links';
import { withoutParent } from '@trace-mesh/tracing/span';
import { Desk, type Transport } from '../transport.ts';

/** Row 13: the stored context of the submitter; the job starts a new trace that links to it. */
export const job: Transport = {
  name: 'job',
  path: ['internal start job'],
  relation: 'link',
  baggage: 'none',
  async open() {
    const desk = new Desk();
    const start = (id: string, stored: string) =>
      withLinkedRoot('start job', extractContext(JSON.parse(stored)), {}, () => desk.run(id));
    return {
      carry: (work) =>
        desk.carry(work, (id) => {
          const stored = JSON.stringify(injectContext('job'));
          return withoutParent(() => start(id, stored));
        }),
      async [Symbol.asyncDispose]() {},
    };
  },
};
