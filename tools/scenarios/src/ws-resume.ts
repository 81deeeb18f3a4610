// Pushes that a client missed are replayed from the task's log. A replayed push belongs to the trace of its event, not to that of
// the reconnect: the log keeps the context beside the data.
import { startTask } from './run-task.ts';
import { consumer, type FireOptions, parent, producer, type Scenario } from './scenario.ts';
import { openTaskListener } from './task-listener.ts';

const replay = producer('ws-hub', 'send task.updated', { 'mesh.ws.replayed': true });

export const wsResume: Scenario = {
  name: 'ws-resume',
  title:
    'An agent loses its connection, reconnects, and receives what it missed in the trace where it happened',
  teaches:
    'What is replayed belongs to the trace in which it happened: the log keeps each context beside its event.',
  rows: [16, 21],
  makesTask: true,
  edges: [
    parent(21, 'redis-stream', producer('worker', 'send task-log'), replay),
    parent(16, 'websocket', replay, consumer('agent', 'process task.updated')),
    parent(
      16,
      'websocket',
      producer('ws-hub', 'send task.updated'),
      consumer('agent', 'process task.updated'),
    ),
  ],
  fire,
};

async function fire(options: FireOptions): Promise<Record<string, unknown>> {
  using witness = await openTaskListener(options, { agentId: 'witness' });
  const first = await openTaskListener(options, { agentId: 'agent' });
  const taskId = await startTask(options, witness, first);
  const seen = await first.waitFor('running');
  first.connection.socket.terminate();
  await witness.waitFor('done');

  using second = await openTaskListener(options, { agentId: 'agent' });
  await second.request('subscribe', { taskId, after: seen.eventId }, 'subscribed');
  await second.waitFor('done');
  return { taskId, before: seen.status, after: second.events.map((event) => event.status) };
}
