import type { Attempts } from '../src/lesson.ts';

const EXIT = 'process.exit(0);';
const CALL = 'await ledger.as(';
const IMPORT = 'import { beginScript }';

export const attempts: Attempts = {
  right: {
    'ends by itself': [[EXIT, 'process.exitCode = 0;']],
    'exits when the export has ended': [
      [IMPORT, `import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';\n${IMPORT}`],
      [EXIT, 'void shutdownTelemetry().finally(() => process.exit(0));'],
    ],
  },
  cheats: {
    'calls without the context': [
      [IMPORT, `import { withoutParent } from '@trace-mesh/tracing/span';\n${IMPORT}`],
      [CALL, 'await withoutParent(() => ledger.as('],
      ['getBudget(tenantId, { signal });', 'getBudget(tenantId, { signal }));'],
    ],
    'does not call': [[CALL, 'if (!ledger) await ledger.as(']],
  },
};
