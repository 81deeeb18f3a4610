// The collector of infra/collector as programs of this machine: one of tier 1, two of tier 2.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Program, Programs } from '@trace-mesh/embedded/program';

const config = (file: string) => [
  '--config',
  fileURLToPath(new URL(`../../../infra/collector/${file}`, import.meta.url)),
];

/** The ports of the three programs. */
export const COLLECTOR_PORTS = 12;
/** How long tier 2 waits for the other spans of a story. */
const DECISION_WAIT = '10s';

/** The programs in the order of their start, and the address of tier 1 for OTLP over HTTP. Kept spans go to `store`. */
export function collectorPrograms(command: string, { nextPort, runDir }: Programs, store: string) {
  const tier2 = [1, 2].map((n) => {
    const [otlp, health, metrics, telemetry] = [nextPort(), nextPort(), nextPort(), nextPort()];
    const env = {
      ...{
        LISTEN_HOST: '127.0.0.1',
        OTLP_GRPC_PORT: `${otlp}`,
        HEALTH_PORT: `${health}`,
        METRICS_PORT: `${metrics}`,
      },
      TELEMETRY_PORT: `${telemetry}`,
      ...{ TRACES_ENDPOINT: store, QUEUE_DIR: join(runDir, `queue-${n}`), TAIL_DECISION_WAIT: DECISION_WAIT },
    };
    const args = [
      ...config('tail-sampling.yaml'),
      ...config('tier2.yaml'),
      '--config',
      'yaml:exporters::otlp_http: {encoding: json, compression: none}',
    ];
    const program: Program = {
      name: `tier2-${n}`,
      command,
      args,
      env,
      ready: { http: `http://127.0.0.1:${health}` },
    };
    return { address: `127.0.0.1:${otlp}`, telemetry: `http://127.0.0.1:${telemetry}/metrics`, program };
  });
  const [http, grpc, health, telemetry] = [nextPort(), nextPort(), nextPort(), nextPort()];
  const env = {
    TELEMETRY_PORT: `${telemetry}`,
    LISTEN_HOST: '127.0.0.1',
    OTLP_HTTP_PORT: `${http}`,
    OTLP_GRPC_PORT: `${grpc}`,
    HEALTH_PORT: `${health}`,
  };
  // Two ports of one host instead of two addresses of one name.
  const resolver = `yaml:exporters::load_balancing::resolver: {dns: null, static: {hostnames: ['${tier2.map(({ address }) => address).join("', '")}']}}`;
  const args = [...config('tier1.yaml'), '--config', resolver];
  const tier1: Program = { name: 'tier1', command, args, env, ready: { http: `http://127.0.0.1:${health}` } };
  return {
    programs: [...tier2.map(({ program }) => program), tier1],
    otlp: `http://127.0.0.1:${http}`,
    /** How many stories each instance of tier 2 has decided on. */
    decided: () => Promise.all(tier2.map(({ telemetry }) => countDecisions(telemetry))),
  };
}

async function countDecisions(url: string): Promise<number> {
  const text = await (await fetch(url)).text();
  const counts = text.matchAll(
    /^otelcol_processor_tail_sampling_global_count_traces_sampled\w*\{.*\} (\d+)$/gm,
  );
  return Array.from(counts, ([, count]) => Number(count)).reduce((a, b) => a + b, 0);
}

/** A span as tier 2 exports it, in JSON. */
export interface KeptSpan {
  traceId: string;
  spanId: string;
  attributes?: { key: string }[];
  links?: { traceId: string; spanId: string }[];
}

/** A trace store: receives OTLP/JSON over HTTP. */
export async function openStore() {
  const spans: KeptSpan[] = [];
  const server = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as {
      resourceSpans: { scopeSpans: { spans: KeptSpan[] }[] }[];
    };
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    spans,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: close,
  };
}
