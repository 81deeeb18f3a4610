// The agent process: started by a firing, and kept for the next ones until it was idle for a while.
import { labEnv } from '@trace-mesh/faults/env';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { type Agent, openAgent } from '@trace-mesh/scenarios/fire';
import { withoutParent } from '@trace-mesh/tracing/span';

/** How long an idle agent is kept, in ms. It has the clients of every scenario in memory, some 170 MB. */
const IDLE_MS = 60_000;

export interface KeepOptions {
  idleMs?: number;
  open?: typeof openAgent;
}

/** An agent that is started when it is needed; disposing it waits until the agent has exported its spans. */
export function keepAgent(
  endpoints: Endpoints,
  { KEYS_DIR, LAB_URL }: { KEYS_DIR: string; LAB_URL: string },
  { idleMs = IDLE_MS, open = openAgent }: KeepOptions = {},
): Pick<Agent, 'fire'> & AsyncDisposable {
  // The sampler of this process, which it would inherit, keeps no trace that begins here; the agent begins those of mysteries.
  const env = { MESH_KEYS_DIR: KEYS_DIR, OTEL_TRACES_SAMPLER: '', ...labEnv(LAB_URL) };
  let agent: Agent | undefined;
  let inFlight = 0;
  let idle: NodeJS.Timeout | undefined;

  function running(): Agent {
    if (agent) return agent;
    // The agent outlives the firing that starts it.
    const started = withoutParent(() => open(endpoints, { env }));
    void started.ended.then(() => {
      if (agent === started) agent = undefined;
    });
    agent = started;
    return started;
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = agent;
    // A firing from now on starts another one.
    agent = undefined;
    await ending?.[Symbol.asyncDispose]();
  }

  return {
    async fire(name, options) {
      clearTimeout(idle);
      inFlight += 1;
      try {
        return await running().fire(name, options);
      } finally {
        inFlight -= 1;
        if (inFlight === 0) idle = setTimeout(() => void end(), idleMs).unref();
      }
    },
    [Symbol.asyncDispose]: end,
  };
}
