// Jaeger 2 as a program of this machine, on ports of its own.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program, Programs } from '@trace-mesh/embedded/program';
import { execa } from 'execa';

const inCheckout = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const CONFIGS = ['infra/jaeger/jaeger.yaml', 'tests/backends/jaeger.yaml'];
/** A first start on a busy machine reads the 150 MB of the binary. */
const VERSION_TIMEOUT_MS = 20_000;

/** The `jaeger` on PATH, or where `go install` puts it; undefined without one. */
export async function findJaeger(env: NodeJS.ProcessEnv) {
  const goBin = env.GOBIN ?? join(env.GOPATH ?? join(env.HOME ?? '', 'go'), 'bin');
  for (const command of ['jaeger', join(goBin, 'jaeger')]) {
    const version = await execa(command, ['version'], { reject: false, timeout: VERSION_TIMEOUT_MS });
    // Jaeger 1 had no program of this name with this command.
    if (version.exitCode === 0) return { command, version: versionIn(version.stdout) };
  }
  return undefined;
}

/** `go install` sets no version: the binary then reports none. */
const versionIn = (text: string): string => /"gitVersion":"v?([^"]+)"/.exec(text)?.[1] ?? '2';

/** How many ports it uses. */
export const JAEGER_PORTS = 6;

/** The program with compose's configuration, and its addresses. Its traces survive a restart. */
export function jaegerProgram(command: string, { nextPort, runDir }: Programs) {
  const [otlp, otlpGrpc, query, queryGrpc, health, metrics] = Array.from(
    { length: JAEGER_PORTS },
    () => `127.0.0.1:${nextPort()}`,
  );
  const env = {
    ...{ OTLP: `${otlp}`, OTLP_GRPC: `${otlpGrpc}`, QUERY: `${query}`, QUERY_GRPC: `${queryGrpc}` },
    ...{ HEALTH: `${health}`, SPAN_METRICS: `${metrics}` },
    ...{ JAEGER_DATA_DIR: join(runDir, 'jaeger'), JAEGER_UI_CONFIG: inCheckout('infra/jaeger/ui.json') },
    // For the traces of its own query API, which it exports over gRPC only.
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://${otlpGrpc}`,
  };
  const args = CONFIGS.flatMap((file) => ['--config', inCheckout(file)]);
  const ready = { http: `http://${health}/status` };
  return {
    program: { name: 'jaeger', command, args, env, ready } satisfies Program,
    addresses: { otlp: `http://${otlp}`, traces: `http://${query}` },
  };
}
