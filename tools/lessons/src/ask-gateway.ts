// The caller in two lessons: requests a task through the gateway, once in a trace that is not sampled, and once with sampling forced,
// for which its token has the scope.
import { SCOPES } from '@trace-mesh/access/caller';
import { createServiceClient } from '@trace-mesh/runtime/http-client';
import { extractContext, runInContext } from '@trace-mesh/tracing/carrier';
import { finishedTask } from './finished-task.ts';
import { beginTrace } from './program.ts';

await beginTrace(async (mesh) => {
  const { taskId } = await finishedTask(mesh);
  const gateway = createServiceClient(mesh.at);
  const authorization = mesh.tokens.bearer({ scopes: SCOPES });
  const get = async (headers: Record<string, string>) => {
    const path = `/tasks/${taskId}`;
    const { status } = await gateway({ method: 'GET', path, headers, signal: mesh.signal });
    if (status !== 200) throw new Error(`the gateway answered ${status}`);
  };
  await runInContext(extractContext(mesh.unsampled), () => get({ authorization }));
  await get({ authorization, 'x-b3-sampled': '1' });
});
