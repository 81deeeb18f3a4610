// The caller in two lessons: requests a task through the gateway and forces sampling, for which its token has the scope.
import { SCOPES } from '@trace-mesh/access/caller';
import { createServiceClient } from '@trace-mesh/runtime/http-client';
import { finishedTask } from './finished-task.ts';
import { beginTrace } from './program.ts';

await beginTrace(async (mesh) => {
  const { taskId } = await finishedTask(mesh);
  const gateway = createServiceClient(mesh.at);
  const authorization = mesh.tokens.bearer({ scopes: SCOPES });
  const headers = { authorization, 'x-b3-sampled': '1' };
  const { status } = await gateway({ method: 'GET', path: `/tasks/${taskId}`, headers, signal: mesh.signal });
  if (status !== 200) throw new Error(`the gateway answered ${status}`);
});
