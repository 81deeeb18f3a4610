// A WebSocket client that stops reading, without a word: it answers no ping any more, and the hub has to let go of it.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { connect, sendMessage } from '@trace-mesh/tracing/websocket';
import { tokens } from '../tokens.ts';
import type { ChaosMesh } from './chaos-mesh.ts';

/** After so long the hub has cut it off, in ms: it pings every 15 s, and one ping without an answer is enough. */
export const CUT_OFF_MS = 31_000;
/** How soon a cut is seen by a client that reads again, in ms. */
const SEEN_MS = 5_000;

/** Subscribes to a task of its own, makes it, and reads nothing more. The answer reads again, and rejects if it is not cut off. */
export async function stopReading({ endpoints }: ChaosMesh): Promise<() => Promise<void>> {
  const tenantId = `chaos-slow-${randomUUID()}`;
  const taskId = randomUUID();
  const token = tokens.token({ tenantId });
  const connection = await connect(endpoints['ws-hub'], {}, { agentId: 'slow-reader', token });
  const { socket } = connection;
  const acknowledged = once(socket, 'message');
  await sendMessage(connection, 'subscribe', { taskId });
  await acknowledged;
  socket.pause();
  const api = createRestApiClient(endpoints['rest-api'], () => tokens.bearer({ tenantId }));
  await api.createTask({ taskId, prompt: 'not read' });
  return async () => {
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(SEEN_MS) });
    socket.resume();
    try {
      await closed;
    } catch (cause) {
      throw new Error('the hub still serves a client that has long stopped reading', { cause });
    } finally {
      socket.terminate();
    }
  };
}
