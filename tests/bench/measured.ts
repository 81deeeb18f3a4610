// The measured process's side of child.ts.
import { Session } from 'node:inspector/promises';
import { trace } from '@opentelemetry/api';
import type { Usage } from './child.ts';

type Flushing = { forceFlush?: () => Promise<void>; getDelegate?: () => Flushing };

declare global {
  /** Set by a preload that exports in a way of its own. */
  var benchFlush: (() => Promise<unknown>) | undefined;
}

/** Exports the spans that have ended. Without an SDK there is nothing to export. */
export async function flush(): Promise<void> {
  await globalThis.benchFlush?.();
  const provider = trace.getTracerProvider() as Flushing;
  await (provider.getDelegate?.() ?? provider).forceFlush?.();
}

/** Exports what is pending first: exporting is part of the cost. */
async function usage(): Promise<Usage> {
  await flush();
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system };
}

const session = new Session();

async function startProfile(): Promise<void> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
}

async function stopProfile(): Promise<unknown> {
  await flush();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile;
}

/** Reports readiness, then answers the benchmark until it ends the process, or exits itself. */
export function serveMeasured(port: number, answers: Record<string, () => unknown> = {}): void {
  const stop = () => process.exit(0);
  const all: Record<string, () => unknown> = { usage, startProfile, stopProfile, stop, ...answers };
  process.on('message', async (what: string) => process.send?.((await all[what]?.()) ?? null));
  process.on('disconnect', () => process.exit(1));
  process.send?.({ port });
}
