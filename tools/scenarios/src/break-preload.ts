// Demo only (`--break ROW`): takes one line out of the source as Node loads it, so that the hop which hangs on it breaks.
// Loaded through NODE_OPTIONS, before anything else; it acts in the processes that the break names and in no other.
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { breaks } from './breaks.ts';

const ROOT = new URL('../../../', import.meta.url);

const row = Number(process.env.MESH_BREAK);
const chosen = breaks.filter(
  (b) => b.row === row && b.services.includes(process.env.OTEL_SERVICE_NAME ?? ''),
);

for (const { file, find, replace } of chosen) {
  const target = new URL(file, ROOT).href;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== target) return loaded;
      const source = String(loaded.source);
      if (source.split(find).length !== 2) {
        throw new Error(`--break ${row}: ${fileURLToPath(target)} does not hold this exactly once: ${find}`);
      }
      return { ...loaded, source: source.replace(find, () => replace) };
    },
  });
}
