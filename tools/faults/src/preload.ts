// For demonstrations (`NODE_OPTIONS=--import …/preload.ts`, see env.ts): the faults of one row (`MESH_BREAK`), or those that a
// lab at `MESH_LAB_URL` switches. Loaded before the SDK, so it must not load a library that the instrumentations patch.
import { realpathSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { decoratePropagator } from '@trace-mesh/tracing/propagator';
import { carrierFaultsOf, knobsOf } from './faults.ts';
import { breakInjections } from './injections.ts';
import { NO_KNOBS } from './knobs.ts';
import { lines, rewrite, SERVICES } from './lines.ts';
import { setKnobs } from './state.ts';

const ROOT = new URL('../../../', import.meta.url);
const START = new URL('./start.ts', import.meta.url).href;

const { MESH_LAB_URL: labUrl, MESH_BREAK: row, OTEL_SERVICE_NAME: service = '' } = process.env;
const [, program] = process.argv;

if ((labUrl || row) && program && isMainThread && SERVICES.includes(service)) {
  if (row) setKnobs({ ...NO_KNOBS, drop: carrierFaultsOf(Number(row)).flatMap(knobsOf) });
  decoratePropagator(breakInjections);
  const entry = pathToFileURL(realpathSync(program)).href;
  const begin = `await (await import('${START}')).start(${JSON.stringify(labUrl)});`;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      // The program is loaded after every preload, so this statement may load any library.
      if (url === entry) return { ...loaded, source: `${begin} ${loaded.source}` };
      const own = labUrl ? lines.filter(({ file }) => url === new URL(file, ROOT).href) : [];
      return own.length > 0 ? { ...loaded, source: rewrite(String(loaded.source), own) } : loaded;
    },
  });
}
