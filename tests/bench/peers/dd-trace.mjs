// Preload: dd-trace as its documentation says, with a flush for the benchmark.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.BENCH_PEERS}/package.json`);
await import(pathToFileURL(require.resolve('dd-trace/initialize.mjs')).href);
const { _tracer: tracer } = require('dd-trace');
globalThis.benchFlush = () => new Promise((resolve) => tracer._exporter.flush(resolve));
