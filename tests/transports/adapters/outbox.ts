import { openDatabase } from '@trace-mesh/runtime/postgres';
import { extractContext, injectContext, runInContext } from '@trace-mesh/tracing/carrier';
import { createLogger } from '@trace-mesh/tracing/logger';
import { withoutParent } from '@trace-mesh/tracing/span';
import { Desk, type Transport } from '../transport.ts';

/** Row 12: a column of the outbox row; its reader continues the context of its writer. */
export const outbox: Transport = {
  name: 'outbox',
  path: [],
  async open({ databaseUrl }) {
    const desk = new Desk();
    const db = openDatabase(databaseUrl, createLogger());
    await db.query('CREATE TABLE transport_outbox (id text PRIMARY KEY, trace_context jsonb NOT NULL)');

    /** What the relay does for each row, from a loop outside any request. */
    const relay = async (id: string) => {
      const { rows } = await db.query('DELETE FROM transport_outbox WHERE id = $1 RETURNING trace_context', [
        id,
      ]);
      await runInContext(extractContext(rows[0].trace_context), () => desk.run(id));
    };
    return {
      carry: (work) =>
        desk.carry(work, async (id) => {
          await db.query('INSERT INTO transport_outbox VALUES ($1, $2)', [id, injectContext('outbox')]);
          await withoutParent(() => relay(id));
        }),
      async [Symbol.asyncDispose]() {
        await db.query('DROP TABLE transport_outbox');
        await db[Symbol.asyncDispose]();
      },
    };
  },
};
