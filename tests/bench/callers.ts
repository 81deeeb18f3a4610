// Load generators: each calls a measured handler once, over a connection that stays open.
import { Agent, request } from 'node:http';

/** `call` calls the handler once, and rejects unless the answer is right. */
export type Caller = { call(): Promise<void>; close(): void };

/** How many calls are in flight at once. */
export const CONCURRENCY = 8;

export interface HttpCall {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Sends one HTTP request a call. */
export function httpCaller(port: number, { method = 'GET', headers = {}, body }: HttpCall = {}): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const options = { agent, host: '127.0.0.1', port, path: '/work/7', method, headers };
  const call = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request(options, (response) => {
        response.once('error', reject).once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`the handler answered ${response.statusCode}`));
        });
        response.resume();
      });
      sent.once('error', reject).end(body);
    });
  return { call, close: () => agent.destroy() };
}

/** Makes `count` calls, `CONCURRENCY` at once, each as soon as another ended. */
export async function callMany({ call }: Caller, count: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
