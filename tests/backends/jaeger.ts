// Jaeger 2 as a program of this machine, on ports of its own, with its traces in memory.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Programs } from '@trace-mesh/embedded/program';
import { execa } from 'execa';

const CONFIG = fileURLToPath(new URL('jaeger.yaml', import.meta.url));
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

/** Resolves to its addresses when it is ready. */
export async function startJaeger(
  command: string,
  programs: Programs,
): Promise<{ otlp: string; traces: string }> {
  const [otlp, otlpGrpc, query, grpc, health] = Array.from(
    { length: 5 },
    () => `127.0.0.1:${programs.nextPort()}`,
  );
  const env = {
    ...{ OTLP: `${otlp}`, OTLP_GRPC: `${otlpGrpc}`, QUERY: `${query}`, QUERY_GRPC: `${grpc}` },
    HEALTH: `${health}`,
    // For the traces of its own query API, which it exports over gRPC only.
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://${otlpGrpc}`,
  };
  const ready = { http: `http://${health}/status` };
  await programs.start({ name: 'jaeger', command, args: ['--config', CONFIG], env, ready });
  return { otlp: `http://${otlp}`, traces: `http://${query}` };
}
