// Postgres, Redis and the queue of the embedded mesh, for the handlers that use them.
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import type { Run } from './part.ts';

/** Starts the named processes. `env` has their addresses, under the names that the services use. */
export async function startServers(
  only: string[],
  { port, say }: Pick<Run, 'port' | 'say'>,
): Promise<AsyncDisposable & { env: Record<string, string> }> {
  if (only.length === 0) return { env: {}, [Symbol.asyncDispose]: async () => {} };
  const mesh = await startMesh({ only, basePort: port, onProgress: say });
  return { env: addresses(mesh), [Symbol.asyncDispose]: () => mesh.stop() };
}

function addresses({ processes, endpoints }: Mesh): Record<string, string> {
  const of = (name: string) => processes.get(name)?.spec.env ?? {};
  const { DATABASE_URL = '' } = of('migrations');
  const { HOST, PORT } = of('redis');
  return { DATABASE_URL, REDIS_URL: `redis://${HOST}:${PORT}`, SQS_ENDPOINT: endpoints.sqs };
}
