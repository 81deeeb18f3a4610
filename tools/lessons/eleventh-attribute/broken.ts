// A shop sends a message with ten user attributes to the worker's queue. Its task has already ended, so the trace has only the
// message.
import { findQueue, openSqs } from '@trace-mesh/runtime/sqs-client';
import { TASK_QUEUE } from '@trace-mesh/scenarios/queues';
import { sendInSpan } from '@trace-mesh/tracing/sqs';
import { injectIntoAttributes, MAX_ATTRIBUTES } from '@trace-mesh/tracing/sqs-carrier';
import { finishedTask } from '../src/finished-task.ts';
import { beginTrace } from '../src/program.ts';

const TEN = Array.from({ length: 10 }, (_, index) => `attribute-${index}`);
const user = Object.fromEntries(TEN.map((name) => [name, { DataType: 'String', StringValue: 'taken' }]));

await beginTrace(async (mesh) => {
  const task = await finishedTask(mesh);
  using sqs = openSqs(mesh.endpoints.sqs);
  const queue = await findQueue(sqs, TASK_QUEUE);
  await sendInSpan(sqs, queue, {}, () => {
    const context = injectIntoAttributes();
    const isRoom = Object.keys({ ...user, ...context }).length <= MAX_ATTRIBUTES;
    const MessageAttributes = isRoom ? { ...user, ...context } : user; // ← no room: the context is dropped
    return { MessageBody: JSON.stringify(task), MessageAttributes };
  });
});
