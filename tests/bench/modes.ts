// How a measured handler is traced: one row for each mode.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { PEERS_FOLDER } from './peers.ts';

export interface Mode {
  /** Options of Node. */
  execArgv: readonly string[];
  env: Record<string, string>;
  /** Whether the handler uses the functions of `@trace-mesh/tracing` where a library needs them. */
  ours: boolean;
}

const { resolve } = createRequire(import.meta.url);
const fileUrl = (specifier: string) => pathToFileURL(resolve(specifier)).href;

const NONE: Mode = { execArgv: [], env: {}, ours: false };

const ours = (env: Record<string, string>): Mode => ({
  execArgv: ['--import', import.meta.resolve('@trace-mesh/tracing/register')],
  env,
  ours: true,
});
const sampled = (ratio: number) =>
  ours({ OTEL_TRACES_SAMPLER: 'mesh_edge', OTEL_TRACES_SAMPLER_ARG: `ratio=${ratio}` });

/** The documented set-up for ES modules: OpenTelemetry JS, doc/esm-support.md. */
const STOCK: Mode = {
  execArgv: [
    `--experimental-loader=${fileUrl('@opentelemetry/instrumentation/hook.mjs')}`,
    '--import',
    import.meta.resolve('@opentelemetry/auto-instrumentations-node/register'),
  ],
  // The same export interval as ours. The detectors of cloud providers send requests, which fail here.
  env: { OTEL_BSP_SCHEDULE_DELAY: '500', OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process' },
  ours: false,
};

const peer = (file: string, env: Record<string, string> = {}): Mode => ({
  execArgv: ['--import', new URL(`peers/${file}`, import.meta.url).href],
  env: { BENCH_PEERS: PEERS_FOLDER, ...env },
  ours: false,
});
const DATADOG_ENV = {
  DD_TRACE_FLUSH_INTERVAL: '500',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
};

/** The least that carries a trace in HTTP, without OpenTelemetry. */
const LEAST: Mode = {
  execArgv: ['--import', new URL('floor.ts', import.meta.url).href],
  env: {},
  ours: false,
};

/** The first mode is what the others are compared with. */
export const modes = {
  none: NONE,
  disabled: ours({ OTEL_SDK_DISABLED: 'true' }),
  'ours-100': sampled(1),
  'ours-0.1': sampled(0.001),
  'ours-0': sampled(0),
  'stock-100': STOCK,
  'dd-trace': peer('dd-trace.mjs', DATADOG_ENV),
  sentry: peer('sentry.mjs'),
  floor: LEAST,
} satisfies Record<string, Mode>;

export type ModeName = keyof typeof modes;

/** The modes that `--peers` adds. */
export const PEERS: readonly ModeName[] = ['dd-trace', 'sentry'];
/** The modes that run only when `--mode` names them. */
export const NAMED: readonly ModeName[] = ['floor'];
