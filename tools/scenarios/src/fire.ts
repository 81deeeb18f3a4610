// Fires scenarios from an agent process; resolves with the trace id and result of each.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Endpoints } from './endpoints.ts';
import { FireAnswer, type Fired, type FireRequest } from './fire-protocol.ts';

export { DEFAULT_PROMPT } from './fire-protocol.ts';
export type { Fired };

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
/** On every span of the agent, and of the servers that it starts; attributes of the user come last and win. */
const RESOURCE = `service.version=${version},deployment.environment.name=local`;

export interface AgentOptions {
  /** Added to the agent's environment. */
  env?: Record<string, string>;
  /** Ends the agent; scenarios in flight reject with the reason. */
  signal?: AbortSignal | undefined;
}

export interface Agent extends AsyncDisposable {
  /** Fires one scenario, also concurrently. Rejects with the agent's message when it fails. */
  fire(name: string, options?: Omit<FireRequest, 'id' | 'name'>): Promise<Fired>;
  /** Resolves when the agent has ended. */
  ended: Promise<void>;
}

/** Starts an agent. Disposing it exports its spans and waits for its end. */
export function openAgent(endpoints: Endpoints, { env = {}, signal }: AgentOptions = {}): Agent {
  const { OTEL_RESOURCE_ATTRIBUTES: more, ...variables } = env;
  const inFlight = new Map<number, PromiseWithResolvers<Fired>>();
  let fired = 0;

  const child = execa(process.execPath, ['--import', '@trace-mesh/tracing/register', 'src/agent.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdin: 'pipe',
    buffer: { stdout: false, stderr: true },
    reject: false,
    ...(signal && { cancelSignal: signal }),
    env: {
      OTEL_SERVICE_NAME: 'agent',
      OTEL_RESOURCE_ATTRIBUTES: [RESOURCE, process.env.OTEL_RESOURCE_ATTRIBUTES, more]
        .filter(Boolean)
        .join(','),
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp,
      MESH_ENDPOINTS: JSON.stringify(endpoints),
      ...variables,
    },
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = FireAnswer.parse(JSON.parse(line));
    const waiting = inFlight.get(answer.id);
    inFlight.delete(answer.id);
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.fired);
  });
  const ended = child.then(({ stderr, shortMessage }) => {
    const reason = signal?.aborted
      ? signal.reason
      : new Error(`the agent died: ${stderr.trim() || shortMessage}`);
    for (const waiting of inFlight.values()) waiting.reject(reason);
  });

  return {
    ended,
    fire(name, options) {
      signal?.throwIfAborted();
      fired += 1;
      const request: FireRequest = { ...options, id: fired, name };
      const waiting = Promise.withResolvers<Fired>();
      inFlight.set(request.id, waiting);
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return waiting.promise;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Fires one scenario from a new agent. */
export async function fireScenario(
  name: string,
  endpoints: Endpoints,
  { prompt, ...options }: AgentOptions & { prompt?: string } = {},
): Promise<Fired> {
  await using agent = openAgent(endpoints, options);
  return await agent.fire(name, { prompt });
}
