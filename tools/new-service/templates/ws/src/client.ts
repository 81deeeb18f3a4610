// What callers of __name__ import. Every message carries the context of the running work.
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import { connect, onMessage, sendMessage } from '@trace-mesh/tracing/websocket';
import { z } from 'zod';

export const Greeting = z.object({ greeting: z.string() });
export type Greeting = z.infer<typeof Greeting>;

export interface __Name__Client extends Disposable {
  /**
   * Asks, and resolves with the next answer: one question at a time. Rejects with the service's error where it refuses,
   * with the signal's reason when that aborts, and when the connection closes first.
   */
  greet(name: string, signal?: AbortSignal): Promise<Greeting>;
}

/** Connects to `ws://host:port/ws` as the agent of this id, with a bearer token. Rejects where it is refused. */
export async function connect__Name__(url: string, agentId: string, token: string): Promise<__Name__Client> {
  const connection = await connect(url, {}, { agentId, token });
  const { socket } = connection;
  let answered = newAnswer();
  const fail = (error: unknown) => answered.reject(error);
  socket.on('close', () => fail(new Error('__name__ closed the connection')));
  socket.on('error', fail);
  onMessage(
    connection,
    ({ type, data }) => {
      if (type === 'error') fail(fromFailure(data) ?? new Error('__name__ refused the message'));
      if (type === 'greeting') answered.resolve(Greeting.parse(data));
    },
    fail,
  );
  return {
    async greet(name, signal) {
      answered = newAnswer();
      const abort = () => fail(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      try {
        await sendMessage(connection, 'greet', { name });
        return await answered.promise;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    [Symbol.dispose]: () => socket.close(1000),
  };
}

function newAnswer(): PromiseWithResolvers<Greeting> {
  const answer = Promise.withResolvers<Greeting>();
  answer.promise.catch(() => undefined); // whoever asked hears of it; a connection on which nobody asks may close
  return answer;
}
