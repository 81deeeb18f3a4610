// Which files of this checkout are part of the copy.

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

/** Whether a file, by its path from the root, is copied. */
export const isCopied = (path: string): boolean =>
  (FILES.has(path) || FOLDERS.some((folder) => path.startsWith(folder))) && !SCENARIOS.test(path);
