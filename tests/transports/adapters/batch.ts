import { processBatch } from '@trace-mesh/tracing/batch';
import { Desk, type Transport } from '../transport.ts';

/** Row 14: the items of a batch, each in its own span. */
export const batch: Transport = {
  name: 'batch',
  path: ['internal item'],
  inProcess: true,
  async open() {
    const desk = new Desk();
    return {
      carry: (work) => desk.carry(work, (id) => processBatch('item', [id], {}, (item) => desk.run(item))),
      async [Symbol.asyncDispose]() {},
    };
  },
};
