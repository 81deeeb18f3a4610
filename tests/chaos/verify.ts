// After a fault: the database, the queues, the model and the sockets, compared with what was promised.
import type { ChaosMesh } from './chaos-mesh.ts';
import { type Fault, POISON } from './faults.ts';
import type { Load } from './load.ts';
import { checkMoney } from './verify/money.ts';
import { checkDeadLetters, checkEmpty, type DeadLetter, takeDeadLetters } from './verify/queue.ts';
import { checkPushes, checkRefusals, checkTasks, readTasks, type StoredTask } from './verify/tasks.ts';
import type { Violation } from './violation.ts';

/** A check of everything but the traces, to be asked again until it is content. */
export function readState(mesh: ChaosMesh, load: Load, fault: Fault): () => Promise<Violation[]> {
  // A dead letter is seen once: looking takes it out.
  const letters: DeadLetter[] = [];
  return async () => {
    letters.push(...(await takeDeadLetters(mesh.sqs)));
    const stored = await readTasks(mesh, load);
    return [
      ...checkTasks(load.asked, stored, fault.mayFail ?? []),
      ...checkRefusals(load.asked),
      ...checkPushes(load.asked),
      ...(await checkMoney(mesh, load, stored)),
      ...checkDeadLetters(letters, stored, fault.poisons ? POISON : undefined),
      ...(await checkEmpty(mesh.sqs)),
      ...(await checkModel(mesh, stored)),
    ];
  };
}

/** Each task that has a result got it from the model, in one call at least. */
async function checkModel(
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
