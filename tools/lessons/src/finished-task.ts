// Something harmless to ask for: a task that has ended. It can be read, and a message about it is processed without a model.
import { hasEnded, restApi, until } from '@trace-mesh/scenarios/rest';
import { AGENT_TENANT } from '@trace-mesh/scenarios/tokens';
import { extractContext, runInContext } from '@trace-mesh/tracing/carrier';
import type { LessonMesh } from './program.ts';

/** A task's message, as rest-api puts it on the queue, for a task that is done. How it came to be is in no trace store. */
export function finishedTask({ endpoints, tokens, signal, unsampled }: LessonMesh) {
  return runInContext(extractContext(unsampled), async () => {
    const api = restApi({ endpoints, tokens });
    const prompt = 'In one sentence: what is a trace for?';
    const { taskId } = await api.createTask({ prompt }, signal);
    await until(() => api.getTask(taskId, signal), hasEnded, signal);
    return { taskId, tenantId: AGENT_TENANT, prompt, maxTokens: 512 };
  });
}
