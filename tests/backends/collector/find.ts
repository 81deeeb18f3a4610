// The OpenTelemetry Collector as a program of this machine.
import { execa } from 'execa';

/** What infra/collector needs; the distribution `otelcol` of the releases has neither. */
const NEEDED = ['load_balancing', 'tail_sampling', 'transform'];
/** A first start on a busy machine reads the 300 MB of the binary. */
const VERSION_TIMEOUT_MS = 20_000;

/** A collector on PATH with the components of infra/collector, and its name with the version; undefined without one. */
export async function findCollector(): Promise<{ command: string; version: string } | undefined> {
  for (const command of ['otelcol-contrib', 'otelcol']) {
    const options = { reject: false, timeout: VERSION_TIMEOUT_MS };
    const { stdout, exitCode } = await execa(command, ['components'], options);
    if (exitCode !== 0 || NEEDED.some((name) => !stdout.includes(`name: ${name}`))) continue;
    return { command, version: (await execa(command, ['--version'])).stdout };
  }
  return undefined;
}
