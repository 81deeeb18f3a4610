// Preload: @sentry/node as its documentation says, with a flush for the benchmark.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.BENCH_PEERS}/package.json`);
const { default: Sentry } = await import(pathToFileURL(require.resolve('@sentry/node')).href);
Sentry.init({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
globalThis.benchFlush = () => Sentry.flush();
