// Which files of this checkout are part of the copy.

/** Files, and folders with all that is below them. */
const COPIED = `
  services/ packages/ infra/ localstack/ decisions/ tools/new-service/ tools/topology/ scripts/launcher/ .github/
  docs/runbooks.md .dockerignore .gitignore Dockerfile docker-compose.yml LICENSE renovate.json STYLE.md
  biome.json package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json tsconfig.json
  scripts/count-tests.ts scripts/lifeline.ts scripts/unit-projects.ts
  scripts/pnpm.mjs scripts/prepack.ts scripts/run.mjs scripts/update.mjs
`
  .trim()
  .split(/\s+/);
/** What the generator adds for the scenarios of this repository. */
const SCENARIOS = /^tools\/new-service\/(src\/scenario|templates\/scenario)\//;

/** Whether a file, by its path from the root, is copied. */
export const isCopied = (path: string): boolean =>
  COPIED.some((copied) => path === copied || (copied.endsWith('/') && path.startsWith(copied))) &&
  !SCENARIOS.test(path);
