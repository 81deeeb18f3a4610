// One handler in one mode: its process, its trace backend and its load generator.
import type { Profiler } from 'node:inspector';
import { type Caller, callAtRate, callFor } from './callers.ts';
import { type Measured, startMeasured, type Usage } from './child.ts';
import { type Handler, type HandlerName, handlers } from './handlers.ts';
import { type Mode, type ModeName, modes } from './modes.ts';
import type { Received } from './sink.ts';

/** Per request, in µs: CPU time of the handler's process with the export of its spans, and elapsed time. */
export interface Times {
  cpuUs: number;
  wallUs: number;
}

export interface Subject extends AsyncDisposable {
  mode: ModeName;
  /** Makes requests for `ms`, as many as it can. */
  warmUp(ms: number): Promise<void>;
  /** Makes `count` requests at the rate of the handler. */
  serve(count: number): Promise<Times>;
  /** What was exported since it was last asked for. */
  received(): Promise<Received>;
  /** A CPU profile during `count` requests. */
  profile(count: number): Promise<Profiler.Profile>;
}

const here = (file: string) => new URL(file, import.meta.url);

/** The handler's process, and that of its trace backend. `servers` has the addresses of Postgres, Redis and the queue. */
export async function startHandler(
  name: HandlerName,
  mode: ModeName,
  servers: Record<string, string>,
): Promise<AsyncDisposable & { server: Measured; sink: Measured }> {
  const { execArgv, env, ours }: Mode = modes[mode];
  await using opening = new AsyncDisposableStack();
  const sink = opening.use(await startMeasured({ file: here('sink.ts') }));
  const backend = `http://127.0.0.1:${sink.ready.port}`;
  const server = opening.use(
    await startMeasured({
      file: here(`handlers/${name}.ts`),
      execArgv,
      env: {
        OTEL_SERVICE_NAME: 'bench',
        OTEL_EXPORTER_OTLP_ENDPOINT: backend,
        DD_TRACE_AGENT_URL: backend,
        SENTRY_DSN: `${backend.replace('//', '//bench@')}/1`,
        BENCH_OURS: String(ours),
        ...servers,
        ...env,
      },
    }),
  );
  const opened = opening.move();
  return { server, sink, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Starts the handler's process and connects the load generator. */
export async function openSubject(
  name: HandlerName,
  mode: ModeName,
  servers: Record<string, string>,
): Promise<Subject> {
  const handler: Handler = handlers[name];
  await using opening = new AsyncDisposableStack();
  const { server, sink } = opening.use(await startHandler(name, mode, servers));
  const caller: Caller = await handler.open(server.ready.port);
  opening.defer(caller.close);
  const opened = opening.move();
  const usage = () => server.ask<Usage>('usage');
  /** Rejects with the end of the handler's process if that was the cause; with the failed call otherwise. */
  const called = (calls: Promise<void>) =>
    calls.catch(async (cause: Error) => {
      await usage();
      throw new Error(`the handler ${name} with ${mode}: ${cause.message}`, { cause });
    });
  return {
    mode,
    async warmUp(ms) {
      await called(callFor(caller, ms));
      // Exports what is pending, which else counts for the first round.
      await usage();
    },
    async serve(count) {
      const before = await usage();
      const began = performance.now();
      await called(callAtRate(caller, count, handler.rate));
      const wallUs = ((performance.now() - began) * 1_000) / count;
      return { cpuUs: ((await usage()).cpuUs - before.cpuUs) / count, wallUs };
    },
    received: () => sink.ask('received'),
    async profile(count) {
      await server.ask('startProfile');
      await called(callAtRate(caller, count, handler.rate));
      return server.ask('stopProfile');
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
