import { listen } from '@trace-mesh/runtime/listen';

/** A free port, for a process whose port cannot be 0 because the test could not find out the chosen one. */
export async function freePort(): Promise<number> {
  const server = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
  await server[Symbol.asyncDispose]();
  return server.port;
}
