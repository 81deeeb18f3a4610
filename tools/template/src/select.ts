// Which files of this checkout are part of the copy.
import { dirname, join } from 'node:path';

const FOLDERS = [
  'services/',
  'packages/',
  'infra/',
  'localstack/',
  'decisions/',
  'tools/new-service/',
  'scripts/launcher/',
  '.github/',
];
const FILES = new Set([
  ...[
    '.dockerignore',
    '.gitignore',
    'Dockerfile',
    'docker-compose.yml',
    'LICENSE',
    'renovate.json',
    'STYLE.md',
  ],
  ...[
    'biome.json',
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'tsconfig.base.json',
    'tsconfig.json',
  ],
  ...['count-tests', 'lifeline', 'unit-projects'].map((name) => `scripts/${name}.ts`),
  ...['pnpm', 'run', 'update'].map((name) => `scripts/${name}.mjs`),
]);
/** What the generator adds for the scenarios of this repository. */
const SCENARIOS = /^tools\/new-service\/(src\/scenario|templates\/scenario)\//;

const TEST = /\.(test|fixture)\.ts$/;
const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g;

/** Whether a file, by its path from the root, is copied. */
export const isCopied = (path: string): boolean =>
  (FILES.has(path) || FOLDERS.some((folder) => path.startsWith(folder))) && !SCENARIOS.test(path);

/**
 * Removes from `files` (text by path) the tests, and the fixtures of tests, that import a package for which `isRemoved`
 * holds. Throws an Error for any other file that does: a service must not import the tools.
 */
export function dropTestsOf(files: Map<string, string>, isRemoved: (specifier: string) => boolean): void {
  for (;;) {
    const broken = [...files].filter(([path, text]) => /\.tsx?$/.test(path) && importsMissing(path, text));
    if (broken.length === 0) return;
    for (const [path] of broken) {
      if (!TEST.test(path)) throw new Error(`${path} imports a file or package that is not part of the copy`);
      files.delete(path);
    }
  }

  function importsMissing(path: string, text: string): boolean {
    return [...text.matchAll(IMPORT)].some(([, specifier = '']) => {
      if (!specifier.startsWith('.')) return isRemoved(specifier);
      const target = join(dirname(path), specifier);
      return target.endsWith('.ts') && !target.includes('generated') && !files.has(target);
    });
  }
}
