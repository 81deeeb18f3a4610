// Starts the process under test, sends it flows and collects its exported spans.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { AWS_ENV } from './aws.ts';
import { type Answer, type Crossing, type Flow, READY } from './flow.ts';
import { type SpanSink, startSpanSink } from './span-sink.ts';
import type { TransportEnv } from './transport.ts';

/** How long the transports may take to open, in ms. */
const OPEN_TIMEOUT_MS = 30_000;

export interface Driver extends AsyncDisposable {
  spans: SpanSink;
  /** Rejects with the error of the process under test when the work, or the crossing, failed. */
  cross(transport: string, carrier: Record<string, string>, wire?: Record<string, string>): Promise<Crossing>;
}

export async function drive(env: TransportEnv): Promise<Driver> {
  const spans = await startSpanSink();
  const child = execa(process.execPath, ['--import', '@trace-mesh/tracing/register', 'child.ts'], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    ipc: true,
    reject: false,
    stdin: 'ignore',
    env: {
      OTEL_SERVICE_NAME: 'transports',
      OTEL_EXPORTER_OTLP_ENDPOINT: spans.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      ...AWS_ENV,
    },
  });
  const waiting = new Map<number, PromiseWithResolvers<Crossing>>();
  const opened = Promise.withResolvers<void>();

  async function listen(): Promise<void> {
    for await (const message of child.getEachMessage()) {
      if (message === READY) opened.resolve();
      else settle(message as unknown as Answer);
    }
  }
  function settle(answer: Answer): void {
    const flow = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) flow?.reject(new Error(answer.error));
    else flow?.resolve(answer.crossing);
  }

  void listen().catch(opened.reject);
  void child.then(({ stderr, stdout }) => {
    const died = new Error(`the process under test ended: ${stderr}${stdout}`);
    opened.reject(died);
    for (const flow of waiting.values()) flow.reject(died);
  });
  const late = setTimeout(() => opened.reject(new Error('the transports did not open')), OPEN_TIMEOUT_MS);
  await child.sendMessage({ env: { ...env } });
  await opened.promise.finally(() => clearTimeout(late));

  let last = 0;
  return {
    spans,
    async cross(transport, carrier, wire) {
      const flow: Flow = { id: ++last, transport, carrier, ...(wire && { wire }) };
      const crossing = Promise.withResolvers<Crossing>();
      waiting.set(flow.id, crossing);
      await child.sendMessage({ ...flow });
      return crossing.promise;
    },
    async [Symbol.asyncDispose]() {
      await child.sendMessage('stop');
      await child;
      await spans[Symbol.asyncDispose]();
    },
  };
}
