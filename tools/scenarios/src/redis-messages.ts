// Redis has no headers: a channel's message carries the context in an envelope, to every hub; a stream entry in fields beside the
// data, to one hub of the group.
import { startTask } from './run-task.ts';
import { consumer, type FireOptions, parent, producer, type Scenario } from './scenario.ts';
import { openTaskListener } from './task-listener.ts';

export const redisPubSub: Scenario = {
  name: 'redis-pubsub',
  title: 'The worker publishes a task event, and every hub receives it',
  teaches: 'Pub/sub has no headers: an envelope around the message carries the context.',
  rows: [20],
  makesTask: true,
  edges: [
    parent(20, 'redis', producer('worker', 'publish task-events'), consumer('ws-hub', 'process task-events')),
  ],
  fire,
};

export const redisStream: Scenario = {
  name: 'redis-stream',
  title: 'The worker appends the end of a task to a stream, and one hub of the group files it',
  teaches: 'A stream entry has fields, and the context is some of them.',
  rows: [21],
  makesTask: true,
  edges: [
    parent(
      21,
      'redis-stream',
      producer('worker', 'send task-audit'),
      consumer('ws-hub', 'process task-audit', { 'messaging.consumer.group.name': 'ws-hub' }),
    ),
  ],
  fire,
};

async function fire(options: FireOptions): Promise<Record<string, unknown>> {
  using listener = await openTaskListener(options, { agentId: 'agent' });
  const taskId = await startTask(options, listener);
  const end = await listener.waitFor('done');
  return { taskId, pushed: end.status };
}
