// Demo only (`NODE_OPTIONS=--import …/preload.ts`, see env.ts): rewrites the lines of `lines.ts` as Node loads them. Loaded
// before the SDK is, so that it loads nothing that an instrumentation patches; without `MESH_LAB_URL` it does nothing.
import { realpathSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { rewrite, rewritten, SERVICES } from './lines.ts';

const ROOT = new URL('../../../', import.meta.url);
const LINK = new URL('./link.ts', import.meta.url).href;

const { MESH_LAB_URL: labUrl, OTEL_SERVICE_NAME: service = '' } = process.env;
const [, program] = process.argv;

if (labUrl && program && isMainThread && SERVICES.includes(service)) {
  const here = rewritten.filter(({ only = SERVICES }) => only.includes(service));
  const byUrl = new Map(here.map((file) => [new URL(file.file, ROOT).href, file]));
  const entry = pathToFileURL(realpathSync(program)).href;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = byUrl.get(url);
      if (file) return { ...loaded, source: rewrite(String(loaded.source), file) };
      if (url !== entry) return loaded;
      // The program comes after all preloads: now the link may load what it needs, and before the first request there are knobs.
      const open = `await (await import('${LINK}')).openLink(${JSON.stringify(labUrl)});`;
      return { ...loaded, source: `${open} ${loaded.source}` };
    },
  });
}
