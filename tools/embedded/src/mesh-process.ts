// One supervised process of the mesh: start, stop, and for tests kill, pause, restart.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { inCheckout } from './checkout.ts';
import { lastLines } from './log-tail.ts';
import { MeshError } from './mesh-error.ts';
import { killTree, signalIfAlive, signalTree, treeOf } from './processes.ts';
import { untilReady } from './ready.ts';
import { recordProcesses } from './run-dir.ts';
import type { ProcessSpec } from './topology.ts';

const LIFELINE = pathToFileURL(inCheckout('scripts/lifeline.ts')).href;
/** Generous, for slow and busy machines. */
const START_TIMEOUT_MS = 60_000;
const DRAIN_MS = 15_000;

type Exit = { code: number | null; signal: NodeJS.Signals | null };
type Running = { child: ChildProcess; exited: Promise<Exit>; ended: boolean };

type ProcessOptions = {
  env: Record<string, string>;
  logFile: string;
  runDir: string;
  /** Called when the process ends after it was ready, unless `stop` or `kill` ended it. */
  onDeath: (error: MeshError) => void;
  /** Receives each line that the process writes for the user, to fd 3. */
  onUserLine: (line: string) => void;
};

export class MeshProcess {
  readonly spec: ProcessSpec;
  readonly #options: ProcessOptions;
  #running: Running | undefined;
  #isStopping = false;

  constructor(spec: ProcessSpec, options: ProcessOptions) {
    this.spec = spec;
    this.#options = options;
  }

  get name(): string {
    return this.spec.name;
  }

  /** Undefined while the process does not run. */
  get pid(): number | undefined {
    return this.#running?.ended === false ? this.#running.child.pid : undefined;
  }

  /** Starts it; resolves when it is ready. Throws a MeshError with its last log lines if it dies or is not ready in time. */
  async start(signal?: AbortSignal): Promise<void> {
    this.#isStopping = false;
    const running = this.#spawn();
    this.#running = running;
    const done = new AbortController();
    const { ready } = this.spec;
    const deadline = AbortSignal.timeout(START_TIMEOUT_MS);
    const aborted = AbortSignal.any([deadline, done.signal, ...(signal ? [signal] : [])]);
    const probe = untilReady(ready, aborted);
    // The first to settle decides; a later rejection of the other must not end the launcher.
    for (const promise of [running.exited, probe]) promise.catch(() => undefined);
    try {
      if (this.pid) await this.#record([this.pid]);
      const ended = await Promise.race([running.exited, probe]);
      if (ended && !('exit' in ready && ended.code === 0))
        throw await this.#death('died while starting', ended);
    } catch (error) {
      signal?.throwIfAborted();
      if (!deadline.aborted) throw error;
      throw await this.#withLog(
        `${this.name} is not ready after ${START_TIMEOUT_MS / 1000} s (${reason(error)}).`,
      );
    } finally {
      done.abort();
    }
    if ('exit' in ready) return;
    if (this.spec.runsBinary && this.pid) await this.#record(await treeOf(this.pid));
    void running.exited.then(async (ended) => {
      if (this.#isStopping || this.#running !== running) return;
      this.#options.onDeath(await this.#death('died', ended));
    });
  }

  /** Ends it by SIGTERM, and kills it if it still runs after `drainMs`. */
  async stop(drainMs = DRAIN_MS): Promise<void> {
    const { pid } = this;
    if (!pid || !this.#running) return;
    this.#isStopping = true;
    signalIfAlive(pid, 'SIGTERM');
    // A paused process handles the signal only after it is resumed.
    await this.resume();
    const overdue = setTimeout(() => void killTree(pid), drainMs);
    await this.#running.exited;
    clearTimeout(overdue);
  }

  /** Ends it and its descendants by SIGKILL. */
  async kill(): Promise<void> {
    const { pid } = this;
    if (!pid || !this.#running) return;
    this.#isStopping = true;
    await killTree(pid);
    await this.#running.exited;
  }

  /** Stops it and starts it with the same port and data; resolves when it is ready. */
  async restart(options: { drainMs?: number; signal?: AbortSignal } = {}): Promise<void> {
    await this.stop(options.drainMs);
    options.signal?.throwIfAborted();
    await this.start(options.signal);
  }

  /** Freezes it and its descendants: connections stay open, without answers. */
  async pause(): Promise<void> {
    if (this.pid) await signalTree(this.pid, 'SIGSTOP');
  }

  async resume(): Promise<void> {
    if (this.pid) await signalTree(this.pid, 'SIGCONT');
  }

  #spawn(): Running {
    const { env, logFile, onUserLine } = this.#options;
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, ['--import', LIFELINE, ...this.spec.args], {
      cwd: inCheckout(this.spec.cwd),
      env: { ...env, ...this.spec.env },
      // Ctrl-C signals the whole process group of the launcher; the mesh stops its processes in order instead.
      detached: true,
      stdio: ['ignore', log, log, 'pipe'],
    });
    closeSync(log);
    // The kernel closes this end when the launcher exits, however it exits.
    const lifeline = child.stdio[3] as Readable;
    lifeline.on('error', () => undefined);
    createInterface(lifeline).on('line', onUserLine);
    const exited = new Promise<Exit>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        running.ended = true;
        resolve({ code, signal });
      });
    });
    const running: Running = { child, ended: false, exited };
    return running;
  }

  #record(pids: number[]): Promise<void> {
    return recordProcesses(this.#options.runDir, this.name, pids);
  }

  #death(what: string, { code, signal }: Exit): Promise<MeshError> {
    return this.#withLog(`${this.name} ${what} (${signal ? `signal ${signal}` : `exit code ${code}`}).`);
  }

  async #withLog(sentence: string): Promise<MeshError> {
    const { logFile } = this.#options;
    const lines = (await lastLines(logFile)).filter(Boolean);
    if (lines.length === 0) return new MeshError(`${sentence} Its log is empty.`);
    const shown = lines.map((line) => `  ${line}`).join('\n');
    return new MeshError(`${sentence} Its last log lines (${relative(inCheckout('.'), logFile)}):\n${shown}`);
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
