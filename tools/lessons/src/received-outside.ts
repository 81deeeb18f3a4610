// The requests that a third party received. No trace store has them; the Bedrock double stands in for one and records them.
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
 * The requests of one run that the double received, found by the run's id in their body.
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
