// The agent that fires: a process beside the console, started with it, and again when it is needed after it has died.
import { labEnv } from '@trace-mesh/faults/env';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { type Agent, openAgent } from '@trace-mesh/scenarios/fire';
import { withoutParent } from '@trace-mesh/tracing/span';

/** Fires from an agent that is kept running; disposing it lets the agent deliver its spans. */
export function keepAgent(
  endpoints: Endpoints,
  { KEYS_DIR, LAB_URL }: { KEYS_DIR: string; LAB_URL: string },
): Pick<Agent, 'fire'> & AsyncDisposable {
  const env = { MESH_KEYS_DIR: KEYS_DIR, ...labEnv(LAB_URL) };
  let agent: Agent | undefined;

  function running(): Agent {
    if (agent) return agent;
    // It outlives the firing for which it is started.
    const started = withoutParent(() => openAgent(endpoints, { env }));
    void started.ended.then(() => {
      if (agent === started) agent = undefined;
    });
    agent = started;
    return started;
  }

  running();
  return {
    fire: (name, options) => running().fire(name, options),
    [Symbol.asyncDispose]: async () => agent?.[Symbol.asyncDispose](),
  };
}
