// The truth after a fault: what the database, the queues, the model and the sockets say, held against what was promised.
import type { Breach } from './breach.ts';
import type { ChaosMesh } from './chaos-mesh.ts';
import type { Fault } from './faults.ts';
import type { Load } from './load.ts';
import { POISON } from './poison.ts';
import { checkModel } from './truth/model.ts';
import { checkMoney } from './truth/money.ts';
import { checkPushes } from './truth/pushes.ts';
import { checkDeadLetters, checkEmpty, type DeadLetter, takeDeadLetters } from './truth/queue.ts';
import { checkRefusals } from './truth/refusals.ts';
import { checkTasks, readTasks } from './truth/tasks.ts';

/** A check of everything but the traces, to be asked again until it is content. */
export function truthOf(mesh: ChaosMesh, load: Load, fault: Fault): () => Promise<Breach[]> {
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
