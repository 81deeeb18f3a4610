// The addresses of the compose mesh, from the host and from inside its network.
import { Endpoints } from '@trace-mesh/scenarios/endpoints';
import {
  addressOf,
  callVariable,
  isAddressed,
  own,
  type Service,
  story,
  variableOf,
} from '@trace-mesh/topology/services';

const PROBE_TIMEOUT_MS = 5000;

/** The host ports that docker-compose.yml publishes, each with the variable that overrides it. */
const PLACES: Record<string, { variable: string; published: string }> = {
  ...placesOf(story, (service) => `MESH_${callVariable(service)}`),
  bedrock: { variable: 'MESH_BEDROCK_URL', published: 'http://127.0.0.1:8084' },
  sqs: { variable: 'MESH_SQS_URL', published: 'http://127.0.0.1:4566' },
  otlp: { variable: 'MESH_OTLP_URL', published: 'http://127.0.0.1:4318' },
  traces: { variable: 'MESH_TRACES_URL', published: 'http://127.0.0.1:16686' },
  viewer: { variable: 'MESH_VIEWER_URL', published: 'http://127.0.0.1:16686' },
  console: { variable: 'MESH_CONSOLE_URL', published: 'http://127.0.0.1:8085' },
  ...placesOf(own, ({ name }) => variableOf(name)),
};

/** The places of the rows that have an address. */
function placesOf(rows: readonly Service[], variableFor: (service: Service) => string) {
  const places = rows.filter(isAddressed).map((service) => {
    const published = addressOf(service.kind, `127.0.0.1:${service.port}`);
    return [service.name, { variable: variableFor(service), published }] as const;
  });
  return Object.fromEntries(places);
}

/**
 * The endpoints of the compose mesh: the published host ports, unless a variable overrides one.
 * @throws Error naming the variable that holds no address
 */
export function composeEndpoints(env: NodeJS.ProcessEnv): Endpoints {
  const wanted = Object.fromEntries(
    Object.entries(PLACES).map(([key, { variable, published }]) => [key, env[variable] || published]),
  );
  const parsed = Endpoints.safeParse(wanted);
  if (parsed.success) return parsed.data;
  const flaws = parsed.error.issues.map((issue) => {
    const key = String(issue.path[0]);
    return `${PLACES[key]?.variable}=${wanted[key]} is not an address (such as ${PLACES[key]?.published})`;
  });
  throw new Error(flaws.join('; '));
}

/**
 * Checks that a mesh answers. Any HTTP status will do.
 * @throws Error with the address and the fix; the signal's reason when aborted
 */
export async function requireMesh(endpoints: Endpoints, signal: AbortSignal): Promise<void> {
  const url = endpoints['edge-mcp'];
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`no mesh answers at ${url}: start it with \`docker compose up -d --build --wait\``, {
      cause: error,
    });
  }
}

/** Whether the mesh runs in containers, as its LocalStack reports. False with another queue. */
export async function isInContainers({ sqs }: Pick<Endpoints, 'sqs'>, signal: AbortSignal): Promise<boolean> {
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]);
  try {
    const response = await fetch(new URL('/_localstack/info', sqs), { signal: timeout });
    const info = (await response.json()) as { is_docker?: unknown };
    return info.is_docker === true;
  } catch {
    // Not LocalStack, or no answer: what fails then is reported where the queue is used.
    signal.throwIfAborted();
    return false;
  }
}
