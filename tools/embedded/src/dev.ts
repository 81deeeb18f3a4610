// `npm run dev`: runs the mesh until a signal. Services restart when their source changes.
import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { findRunningMesh, MeshError, startMesh } from './mesh.ts';
import { parseScale, type Scale } from './replicas.ts';

type Options = { json?: true; port?: number; scale?: Scale };

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1) throw new InvalidArgumentError('it must be a port number.');
  return port;
}

function toScale(text: string): Scale {
  try {
    return parseScale(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

const command = new Command('npm run dev --')
  .description('Starts the mesh and runs until Ctrl-C (exit code 0) or SIGTERM (143).')
  .option('--json', 'print one line on stdout when all is ready: {"ready":true,"endpoints":{…}}')
  .option('--port <first>', 'first of the 32 ports; by default of the first free block from 20000 up', toPort)
  .option('--scale <services>', 'several processes of services, such as worker=3,ws-hub=2', toScale)
  .showHelpAfterError('(--help shows all options)')
  .allowExcessArguments(false);

const format = (endpoints: object): string =>
  Object.entries(endpoints)
    .map(([name, address]) => `  ${name.padEnd(12)} ${address}`)
    .join('\n');

const toStderr = (line: string) => process.stderr.write(`${line}\n`);

async function runUntilSignal(options: Options): Promise<number> {
  const running = await findRunningMesh();
  if (running) {
    throw new MeshError(
      `a mesh already runs in this checkout (process ${running.pid}):\n${format(running.endpoints)}\n` +
        'use it, or end that process first.',
    );
  }
  const stopping = new AbortController();
  const stopped = Promise.race([
    once(process, 'SIGINT').then(() => 0),
    once(process, 'SIGTERM').then(() => 143),
    once(process, 'SIGHUP').then(() => 129),
  ]);
  void stopped.then(() => stopping.abort());
  // A repeated signal must not end this process before the mesh has stopped.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

  try {
    await using mesh = await startMesh({
      basePort: options.port,
      scale: options.scale,
      watch: true,
      console: true,
      // With --json and no terminal, stderr has only warnings.
      onProgress: options.json && !process.stderr.isTTY ? () => undefined : toStderr,
      onWarning: toStderr,
      signal: stopping.signal,
    });
    await mesh.publish();
    if (options.json) process.stdout.write(`${JSON.stringify({ ready: true, endpoints: mesh.endpoints })}\n`);
    else process.stdout.write(`\nThe mesh is ready. Ctrl-C stops it.\n${format(mesh.endpoints)}\n`);
    return await Promise.race([stopped, mesh.failed]);
  } catch (error) {
    if (stopping.signal.aborted) return await stopped;
    throw error;
  }
}

try {
  process.exitCode = await runUntilSignal(command.parse().opts<Options>());
} catch (error) {
  if (!(error instanceof MeshError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
