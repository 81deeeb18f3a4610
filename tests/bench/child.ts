// A measured process: started with a preload, asked for its CPU time over IPC, ended with the benchmark.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * `keepAliveTimeout` of measured servers: none. While another mode is measured a connection is idle for longer than Node's default, and
 * a request on a connection that is being closed fails with ECONNRESET.
 */
export const KEEP_OPEN = 0;

/** What a measured process reports: CPU time in µs since its start. */
export interface Usage {
  cpuUs: number;
}

/** A measured process. Disposing it ends it. */
export interface Measured extends AsyncDisposable {
  pid: number;
  /** What the process reported when it was ready. */
  ready: { port: number };
  /** Asks the process to do `what`; its answer. Rejects if the process ends instead. */
  ask<Answer>(what: string): Promise<Answer>;
}

export interface MeasuredInit {
  file: URL;
  /** Options of Node, such as `--import`. */
  execArgv?: readonly string[];
  env?: Record<string, string>;
  cwd?: URL;
}

/** Starts `file`, which calls `serveMeasured`; resolves when it is ready. */
export async function startMeasured({ file, execArgv = [], env = {}, cwd }: MeasuredInit): Promise<Measured> {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const child = fork(file, {
    execArgv: [...execArgv],
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
    ...(cwd && { cwd }),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-2_000);
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${file.pathname.split('/').at(-1)} ended (${signal ?? `exit code ${code}`}):\n${log}`);
  });
  // Observed by each `ask`; an end between two of them is reported by the next.
  ended.catch(() => undefined);
  const message = async () => (await Promise.race([once(child, 'message'), ended]))[0];
  const ask = async (what: string) => {
    child.send(what, endIsReported);
    return message();
  };
  return {
    pid: child.pid ?? 0,
    ready: await message(),
    ask,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.send('stop', endIsReported);
      await exited;
    },
  };
}

/** The callback of `send`: a message to a process that has ended is no error of its own, the end rejects `ask`. */
function endIsReported(): void {}
