// One process of the mesh, under supervision: started, watched, stopped, and for tests killed, paused, restarted.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { inCheckout } from './checkout.ts';
import { lastLines } from './log-tail.ts';
import { MeshError } from './mesh-error.ts';
import { killTree, signalIfAlive, signalTree } from './process-tree.ts';
import { untilReady } from './ready.ts';
import { recordChild } from './run-dir.ts';
import type { ProcessSpec } from './topology.ts';

const LIFELINE = pathToFileURL(inCheckout('scripts/lifeline.ts')).href;
/** A process that is not ready by then never will be; generous, for slow and busy machines. */
const START_MS = 60_000;
/** A process that has not drained by then is killed. */
const DRAIN_MS = 15_000;

type Exit = { code: number | null; signal: NodeJS.Signals | null };
type Running = { child: ChildProcess; exited: Promise<Exit>; ended: boolean };

type ProcessOptions = {
  env: Record<string, string>;
  logFile: string;
  runDir: string;
  onDeath: (error: MeshError) => void;
  onTold: (line: string) => void;
};

export class MeshProcess {
  readonly name: string;
  readonly spec: ProcessSpec;
  readonly #env: Record<string, string>;
  readonly #logFile: string;
  readonly #runDir: string;
  readonly #onDeath: (error: MeshError) => void;
  readonly #onTold: (line: string) => void;
  #running: Running | undefined;
  #asked = false;

  /**
   * @param options.onDeath told when the process ends after it was ready and nobody asked it to
   * @param options.onTold gets what the process says to the person at the terminal, line by line
   */
  constructor(spec: ProcessSpec, options: ProcessOptions) {
    this.name = spec.name;
    this.spec = spec;
    this.#env = options.env;
    this.#logFile = options.logFile;
    this.#runDir = options.runDir;
    this.#onDeath = options.onDeath;
    this.#onTold = options.onTold;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#running?.ended === false ? this.#running.child.pid : undefined;
  }

  /** Starts it and waits until it is ready; a MeshError with its last log lines if it dies or stays unready. */
  async start(signal?: AbortSignal): Promise<void> {
    this.#asked = false;
    const running = this.#spawn();
    this.#running = running;
    const abort = new AbortController();
    const { ready } = this.spec;
    const deadline = AbortSignal.timeout(START_MS);
    const stops = AbortSignal.any([deadline, abort.signal, ...(signal ? [signal] : [])]);
    const exit = running.exited.then((ended) => ({ ended }));
    const answer =
      'exit' in ready ? untilAborted(stops) : untilReady(ready, stops).then(() => ({ ended: undefined }));
    // Whichever comes first decides; the other may fail unheard.
    for (const promise of [exit, answer]) promise.catch(() => undefined);
    try {
      if (running.child.pid) await recordChild(this.#runDir, this.name, running.child.pid);
      const { ended } = await Promise.race([exit, answer]);
      if (ended && !('exit' in ready && ended.code === 0))
        throw await this.#death('died while starting', ended);
    } catch (error) {
      signal?.throwIfAborted();
      if (!deadline.aborted) throw error;
      throw await this.#withLog(`${this.name} is not ready after ${START_MS / 1000} s (${reason(error)}).`);
    } finally {
      abort.abort();
    }
    if ('exit' in ready) return;
    void running.exited.then(async (ended) => {
      if (!this.#asked && this.#running === running) this.#onDeath(await this.#death('died', ended));
    });
  }

  /** Asks it to end (SIGTERM), and kills it when it has not drained after `drainMs`. */
  async stop(drainMs = DRAIN_MS): Promise<void> {
    const { pid } = this;
    if (!pid || !this.#running) return;
    this.#asked = true;
    signalIfAlive(pid, 'SIGTERM');
    // A paused process cannot heed it.
    await this.resume();
    const overdue = setTimeout(() => void killTree(pid), drainMs);
    await this.#running.exited;
    clearTimeout(overdue);
  }

  /** Ends it, and all below it, as a crash would. */
  async kill(): Promise<void> {
    const { pid } = this;
    if (!pid || !this.#running) return;
    this.#asked = true;
    await killTree(pid);
    await this.#running.exited;
  }

  /** Stops it and starts it again, on the same port and data; resolves when it is ready. */
  async restart(options: { drainMs?: number; signal?: AbortSignal } = {}): Promise<void> {
    await this.stop(options.drainMs);
    options.signal?.throwIfAborted();
    await this.start(options.signal);
  }

  /** Freezes it and all below it; connections stay open and nothing answers. */
  async pause(): Promise<void> {
    if (this.pid) await signalTree(this.pid, 'SIGSTOP');
  }

  /** Lets a paused process go on. */
  async resume(): Promise<void> {
    if (this.pid) await signalTree(this.pid, 'SIGCONT');
  }

  #spawn(): Running {
    const log = openSync(this.#logFile, 'a');
    const child = spawn(process.execPath, ['--import', LIFELINE, ...this.spec.args], {
      cwd: inCheckout(this.spec.cwd),
      env: { ...this.#env, ...this.spec.env },
      // Ctrl-C in a terminal reaches every process of the launcher's group at once; the mesh stops in order instead.
      detached: true,
      stdio: ['ignore', log, log, 'pipe'],
    });
    closeSync(log);
    // The lifeline's other end: closed by the kernel when this launcher is gone, whatever ended it.
    const lifeline = child.stdio[3] as Readable;
    lifeline.on('error', () => undefined);
    createInterface(lifeline).on('line', this.#onTold);
    const running: Running = { child, ended: false, exited: Promise.resolve({ code: null, signal: null }) };
    running.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        running.ended = true;
        resolve({ code, signal });
      });
    });
    return running;
  }

  #death(what: string, { code, signal }: Exit): Promise<MeshError> {
    return this.#withLog(`${this.name} ${what} (${signal ? `signal ${signal}` : `exit code ${code}`}).`);
  }

  async #withLog(sentence: string): Promise<MeshError> {
    const lines = (await lastLines(this.#logFile)).filter(Boolean);
    if (lines.length === 0) return new MeshError(`${sentence} It logged nothing.`);
    const shown = lines.map((line) => `  ${line}`).join('\n');
    return new MeshError(
      `${sentence} Its last log lines (${relative(inCheckout('.'), this.#logFile)}):\n${shown}`,
    );
  }
}

/** For one-shots: their end is their readiness, but it must come in time. */
async function untilAborted(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw new Error('it has not ended');
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
