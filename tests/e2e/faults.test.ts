// Faults of parts in one mesh. Each file leaves every part running.
import { describe } from 'vitest';
import './faults/mesh.ts';

const files = {
  readiness: () => import('./faults/readiness.ts'),
  pushes: () => import('./faults/push-faults.ts'),
  cancellation: () => import('./faults/mcp-cancel.ts'),
  'two ledgers': () => import('./faults/two-ledgers.ts'),
  'the Postgres probe': () => import('./faults/postgres-probe.ts'),
  'the sums of the ledger': () => import('./faults/ledger-sums.ts'),
};

describe.each(Object.entries(files))('%s', async (_, load) => {
  await load();
});
