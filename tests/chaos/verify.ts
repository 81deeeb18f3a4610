// After a fault: the database, the queues, the model and the sockets, compared with what was promised.
import type { ChaosMesh } from './chaos-mesh.ts';
import type { Fault } from './faults.ts';
import type { Load } from './load.ts';
import { POISON } from './poison.ts';
import { checkModel } from './verify/model.ts';
import { checkMoney } from './verify/money.ts';
import { checkPushes } from './verify/pushes.ts';
import { checkDeadLetters, checkEmpty, type DeadLetter, takeDeadLetters } from './verify/queue.ts';
import { checkRefusals } from './verify/refusals.ts';
import { checkTasks, readTasks } from './verify/tasks.ts';
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
