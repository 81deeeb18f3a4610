import { listen } from '@trace-mesh/runtime/listen';

/** A port that was free a moment ago, for a process that cannot be given 0: nobody would know what the system chose. */
export async function freePort(): Promise<number> {
  const server = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
  await server[Symbol.asyncDispose]();
  return server.port;
}
