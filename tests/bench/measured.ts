// The measured process's side of child.ts.
import { trace } from '@opentelemetry/api';
import type { Usage } from './child.ts';

type Flushing = { forceFlush?: () => Promise<void>; getDelegate?: () => Flushing };

/** Exports the spans that have ended. Without an SDK there is nothing to export. */
async function flush(): Promise<void> {
  const provider = trace.getTracerProvider() as Flushing;
  await (provider.getDelegate?.() ?? provider).forceFlush?.();
}

async function usage(): Promise<Usage> {
  await flush();
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() };
}

/** Reports readiness, then answers the benchmark until it ends the process, or exits itself. */
export function serveMeasured(port: number, answers: Record<string, () => unknown> = {}): void {
  const all: Record<string, () => unknown> = { usage, stop: () => process.exit(0), ...answers };
  process.on('message', async (what: string) => process.send?.((await all[what]?.()) ?? null));
  process.on('disconnect', () => process.exit(1));
  process.send?.({ port });
}
