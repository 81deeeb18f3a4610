// The page's files. Its TypeScript is bundled in memory when the console starts, so that there is no build step; the
// source map shows the files of page/ in the browser's tools.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';

/** Files by path. */
export type Page = Record<string, { type: string; body: string }>;

const folder = (file: string) => fileURLToPath(new URL(`./page/${file}`, import.meta.url));

/** Bundles the page, and ends esbuild's process. Rejects with file and line if its source does not compile. */
export async function bundlePage(): Promise<Page> {
  const { outputFiles } = await build({
    entryPoints: [folder('main.tsx')],
    bundle: true,
    write: false,
    minify: true,
    sourcemap: 'inline',
    format: 'esm',
    target: 'es2024',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
  }).finally(stop);
  return {
    '/': { type: 'html', body: await readFile(folder('index.html'), 'utf8') },
    '/style.css': { type: 'css', body: await readFile(folder('style.css'), 'utf8') },
    '/main.js': { type: 'js', body: outputFiles[0]?.text ?? '' },
  };
}
