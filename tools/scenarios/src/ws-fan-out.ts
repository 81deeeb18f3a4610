// One event, many sockets: each push has its own span under the event, so a slow or lost push can be found.
import { startTask } from './run-task.ts';
import { consumer, type FireOptions, parent, producer, type Scenario } from './scenario.ts';
import { openTaskListener } from './task-listener.ts';

const AGENTS = ['agent-1', 'agent-2', 'agent-3'];
const event = consumer('ws-hub', 'process task-events');

export const wsFanOut: Scenario = {
  name: 'ws-fan-out',
  title: 'Three agents listen to one task, and each event goes out three times',
  teaches: 'One event to N sockets makes one send span for each socket, all of them children of the event.',
  rows: [16, 18],
  makesTask: true,
  edges: AGENTS.flatMap((agent) => {
    const push = producer('ws-hub', 'send task.updated', { 'mesh.agent.id': agent });
    return [
      parent(18, 'websocket', event, push),
      parent(16, 'websocket', push, consumer('agent', 'process task.updated')),
    ];
  }),
  fire,
};

async function fire(options: FireOptions): Promise<Record<string, unknown>> {
  using sockets = new DisposableStack();
  const listeners = await Promise.all(AGENTS.map((agentId) => openTaskListener(options, { agentId })));
  for (const listener of listeners) sockets.use(listener);
  const taskId = await startTask(options, ...listeners);
  const ends = await Promise.all(listeners.map((listener) => listener.waitFor('done')));
  return { taskId, pushed: ends.map((end) => end.status) };
}
