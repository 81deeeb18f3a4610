// What the model was asked: each task that has a result got it from the model, in one call at least.

import type { ChaosMesh } from '../chaos-mesh.ts';
import type { Violation } from '../violation.ts';
import type { StoredTask } from './tasks.ts';

export async function checkModel(
  { model }: ChaosMesh,
  stored: ReadonlyMap<string, StoredTask>,
): Promise<Violation[]> {
  const asked = (await model.requests()).join('\n');
  const unasked = [...stored.values()].filter(({ taskId, status }) => {
    return status === 'done' && !asked.includes(taskId);
  });
  return unasked.map(({ taskId }) => ({
    promise: 'a result comes from the model',
    subject: `task ${taskId}`,
    seen: 'the model was never asked',
  }));
}
