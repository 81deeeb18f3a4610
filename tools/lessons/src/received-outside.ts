// What a third party got to see. No trace store can tell; the mesh's double of Bedrock stands for one and remembers.
import type { ReceivedRequest } from '@trace-mesh/trace-doctor/diagnose';
import { z } from 'zod';

const Requests = z.array(
  z.object({
    path: z.string(),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    body: z.string(),
  }),
);

/**
 * The requests of one run that the double received: those whose body names it.
 * @throws Error when the double does not answer in its form; the signal's reason when aborted
 */
export async function receivedOutside(
  bedrockUrl: string,
  runId: string,
  request: { signal?: AbortSignal },
): Promise<ReceivedRequest[]> {
  const response = await fetch(new URL('/_double/requests', bedrockUrl), request);
  const all = Requests.parse(await response.json());
  return all
    .filter(({ body }) => body.includes(runId))
    .map(({ path, headers }) => ({ url: new URL(path, bedrockUrl).href, headers }));
}
