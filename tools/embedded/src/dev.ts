// `npm run dev`: the mesh alone, until it is told to stop. Services restart when their source changes.
import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { findRunningMesh, MeshError, startMesh } from './mesh.ts';

type Options = { json?: true; port?: number };

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1) throw new InvalidArgumentError('it must be a port number.');
  return port;
}

const command = new Command('npm run dev --')
  .description('Starts the mesh and stays, until Ctrl-C (exit code 0) or SIGTERM (143).')
  .option('--json', 'print one line on stdout when all is ready: {"ready":true,"endpoints":{…}}')
  .option(
    '--port <first>',
    'first of the 32 ports to use; by default the first free ones from 20000 up',
    toPort,
  )
  .showHelpAfterError('(--help shows all options)')
  .allowExcessArguments(false);

function listOf(endpoints: object): string {
  const rows = Object.entries(endpoints).map(([name, address]) => `  ${name.padEnd(12)} ${address}`);
  return rows.join('\n');
}

const say = (line: string) => process.stderr.write(`${line}\n`);

async function stay(options: Options): Promise<number> {
  const running = await findRunningMesh();
  if (running) {
    throw new MeshError(
      `a mesh runs here already (process ${running.pid}):\n${listOf(running.endpoints)}\n` +
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
  // One that comes again while the mesh stops is for the mesh to finish, not to die of.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

  try {
    await using mesh = await startMesh({
      basePort: options.port,
      watch: true,
      console: true,
      // A program that reads stdout is told on stderr only what went wrong.
      onProgress: options.json && !process.stderr.isTTY ? () => undefined : say,
      onWarning: say,
      signal: stopping.signal,
    });
    await mesh.publish();
    if (options.json) process.stdout.write(`${JSON.stringify({ ready: true, endpoints: mesh.endpoints })}\n`);
    else process.stdout.write(`\nThe mesh is ready. Ctrl-C stops it.\n${listOf(mesh.endpoints)}\n`);
    return await Promise.race([stopped, mesh.failed]);
  } catch (error) {
    if (stopping.signal.aborted) return await stopped;
    throw error;
  }
}

try {
  process.exitCode = await stay(command.parse().opts<Options>());
} catch (error) {
  if (!(error instanceof MeshError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
