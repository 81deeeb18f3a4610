// A click in a browser: the trace starts in the page, continues over HTTP to the console, which fires the scenario, and over
// the page's WebSocket to the hub. Every scenario fired from the console has these hops in addition.
import type { Edge } from '@trace-mesh/trace-doctor/edges';
import { client, consumer, parent, producer, type Scenario, server } from './scenario.ts';

const ROW = 26;
/** The page's agent id at the hub. */
export const BROWSER = 'browser';
const PAGE = { 'mesh.agent.id': BROWSER };

/** The hops of a firing from the console's page; those of the socket only where the page can listen to a task. */
export function browserEdges({ makesTask }: Pick<Scenario, 'makesTask'>): Edge[] {
  const request = parent(ROW, 'http', client(BROWSER, 'POST'), server('console', 'POST /api/firings'));
  if (!makesTask) return [request];
  const push = producer('ws-hub', 'send task.updated', PAGE);
  return [
    request,
    parent(ROW, 'websocket', client(BROWSER, 'GET /ws'), server('ws-hub', 'GET /ws', PAGE)),
    parent(
      ROW,
      'websocket',
      producer(BROWSER, 'send subscribe'),
      consumer('ws-hub', 'process subscribe', PAGE),
    ),
    parent(ROW, 'websocket', push, consumer(BROWSER, 'process task.updated')),
  ];
}
