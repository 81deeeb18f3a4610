// The agent process: started with the console, and again for the next firing after it has exited.
import { labEnv } from '@trace-mesh/faults/env';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { type Agent, openAgent } from '@trace-mesh/scenarios/fire';
import { withoutParent } from '@trace-mesh/tracing/span';

/** An agent that is kept running; disposing it waits until the agent has exported its spans. */
export function keepAgent(
  endpoints: Endpoints,
  { KEYS_DIR, LAB_URL }: { KEYS_DIR: string; LAB_URL: string },
): Pick<Agent, 'fire'> & AsyncDisposable {
  const env = { MESH_KEYS_DIR: KEYS_DIR, ...labEnv(LAB_URL) };
  let agent: Agent | undefined;

  function running(): Agent {
    if (agent) return agent;
    // The agent outlives the firing that starts it.
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
