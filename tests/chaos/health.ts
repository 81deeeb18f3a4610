// Whether /livez and /readyz are right: a part that is down is named by every service that depends on it, and by no other.

import type { ChaosMesh } from './chaos-mesh.ts';
import type { Violation } from './violation.ts';

/** What each service is not ready without; the promise, as the cards of the services give it. */
const STANDS_ON: Record<string, readonly string[]> = {
  'edge-mcp': ['rest-api', 'ws-hub'],
  'rest-api': ['postgres', 'cost-ledger', 'queue'],
  'cost-ledger': ['postgres', 'redis'],
  worker: ['postgres', 'redis', 'queue', 'cost-ledger'],
  'ws-hub': ['redis'],
};

/** How long a health endpoint has to answer, in ms; a little more than the checks behind it. */
const ANSWER_MS = 2_000;

/** The service of a process: `worker` for `worker-2`. */
const replicated = (name: string) => name.replace(/-\d$/, '');

/** What a service says; undefined where it does not answer. */
interface Said {
  live: number | undefined;
  ready: number | undefined;
  failed: string[];
}

/** What is said wrongly while `gone` is away, or while nothing is. */
export async function checkHealth(
  mesh: ChaosMesh,
  gone: string | readonly string[] = [],
): Promise<Violation[]> {
  const away = [gone].flat();
  const names = [...mesh.services.keys()];
  const said = await Promise.all(names.map(async (name) => ({ name, ...(await ask(mesh, name)) })));
  return said.flatMap(({ name, live, ready, failed }) => {
    const seen = `livez ${live}, readyz ${ready} [${failed.join(', ')}]`;
    const breach = (promise: string): Violation[] => [{ promise, subject: name, seen }];
    if (away.includes(name)) return live ? breach('who is away does not answer') : [];
    if (live !== 200) return breach('who runs is live, whatever else is away');
    if (away.length === 0) return ready === 200 ? [] : breach('who has all that it stands on is ready');
    return away.flatMap((part) => {
      // Its replicas answer for it.
      if (STANDS_ON[replicated(name)]?.includes(part) && !mesh.services.has(`${part}-2`)) {
        return ready === 503 && failed.includes(part)
          ? []
          : breach(`who stands on ${part} says that it is away`);
      }
      return failed.includes(part) ? breach('no service reports a part that it does not depend on') : [];
    });
  });
}

async function ask({ services }: ChaosMesh, name: string): Promise<Said> {
  const ready = services.get(name)?.spec.ready;
  if (!ready || !('http' in ready)) throw new Error(`${name} has no health port`);
  const [live, readiness] = await Promise.all([get(new URL('/livez', ready.http)), get(new URL(ready.http))]);
  return { live: live?.status, ready: readiness?.status, failed: readiness?.failed ?? [] };
}

/** A port that refuses, or does not answer in time, is an answer here. */
async function get(url: URL): Promise<{ status: number; failed: string[] } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    const { failed = [] } = (await response.json()) as { failed?: string[] };
    return { status: response.status, failed };
  } catch {
    return undefined;
  }
}
