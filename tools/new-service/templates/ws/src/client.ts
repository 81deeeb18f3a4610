// The client of __name__. Every message has the active context.
import { addAbortListener } from 'node:events';
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import { connect, onMessage, sendMessage } from '@trace-mesh/tracing/websocket';
import { z } from 'zod';

export const Greeting = z.object({ greeting: z.string() });
export type Greeting = z.infer<typeof Greeting>;

export interface __Name__Client extends Disposable {
  /**
   * Sends `greet` and resolves with the next answer; one call at a time. Rejects with the service's error, with the reason of an
   * aborted signal, and when the connection closes.
   */
  greet(name: string, signal?: AbortSignal): Promise<Greeting>;
}

/** Connects to `ws://host:port/ws` with an agent id and a bearer token. Rejects for a rejected handshake. */
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
      if (type === 'error') fail(fromFailure(data) ?? new Error('__name__ rejected the message'));
      if (type === 'greeting') answered.resolve(Greeting.parse(data));
    },
    fail,
  );
  return {
    async greet(name, signal) {
      answered = newAnswer();
      using _ = signal && addAbortListener(signal, () => fail(signal.reason));
      await sendMessage(connection, 'greet', { name });
      return await answered.promise;
    },
    [Symbol.dispose]: () => socket.close(1000),
  };
}

function newAnswer(): PromiseWithResolvers<Greeting> {
  const answer = Promise.withResolvers<Greeting>();
  // The caller of `greet` handles the rejection; without a call, a closed connection must not be an unhandled one.
  answer.promise.catch(() => undefined);
  return answer;
}
