// The addresses of the compose mesh, from the host and from inside its network.
import { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { addressOf, forAddressed, variableOf } from '@trace-mesh/scenarios/services';

const PROBE_TIMEOUT_MS = 5000;

/** The host ports that docker-compose.yml publishes, each with the variable that overrides it. */
const PLACES: Record<string, { variable: string; published: string }> = {
  'edge-mcp': { variable: 'MESH_EDGE_MCP_URL', published: 'http://127.0.0.1:8080/mcp' },
  'rest-api': { variable: 'MESH_REST_API_URL', published: 'http://127.0.0.1:8081' },
  'cost-ledger': { variable: 'MESH_COST_LEDGER_ADDRESS', published: '127.0.0.1:8082' },
  'ws-hub': { variable: 'MESH_WS_HUB_URL', published: 'ws://127.0.0.1:8083/ws' },
  bedrock: { variable: 'MESH_BEDROCK_URL', published: 'http://127.0.0.1:8084' },
  sqs: { variable: 'MESH_SQS_URL', published: 'http://127.0.0.1:4566' },
  otlp: { variable: 'MESH_OTLP_URL', published: 'http://127.0.0.1:4318' },
  traces: { variable: 'MESH_TRACES_URL', published: 'http://127.0.0.1:16686' },
  viewer: { variable: 'MESH_VIEWER_URL', published: 'http://127.0.0.1:16686' },
  console: { variable: 'MESH_CONSOLE_URL', published: 'http://127.0.0.1:8085' },
  ...forAddressed(({ name, kind, port }) => ({
    variable: variableOf(name),
    published: addressOf(kind, `127.0.0.1:${port}`),
  })),
};

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
