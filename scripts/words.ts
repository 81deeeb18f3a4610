// Lint for prose: refuses the worst words of STYLE.md in the folders that are rewritten.
//   node scripts/words.ts [--all]      exit code 1 and one line per place; --all: in every folder
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Refused words, each with what to write instead. */
export const WORDS: [word: RegExp, instead: string][] = [
  [/\b(nobody|whoever|somebody|anybody)\b/i, 'name the subject: the caller, the worker, the reader'],
  [
    /\b(is|are|was|were|be|been) told\b|\btells? (of|so|it|them|whether|what|which|how)\b|\btold of\b/i,
    'reports, logs, says',
  ],
  [/\bhears?\b|\bheard\b/i, 'receives, listens'],
  [/\bmend(s|ed|ing)?\b(?!:)/i, 'fix, normalize'],
  [/\bforesaw\b|\bforeseen\b/i, 'expected, unexpected'],
  [/\bstrangers?\b/i, 'untrusted caller, new reader'],
  [/\bin words\b/i, 'as text'],
  [/\bat rest\b/i, 'off, inactive, idle'],
  [/\bno news\b/i, 'ignored'],
  [/\bturnstile|tells-nothing|unfelt|newcomers\b/i, 'see STYLE.md'],
];

/** What is written by STYLE.md already. Add a folder when you have rewritten it; no folder leaves the list. */
const REWRITTEN = [
  ...[
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'AGENTS.md',
    'SECURITY.md',
    'docs/by-hand.md',
    'docs/README.md',
    'docs/debugging.md',
    'docs/production.md',
    'decisions/',
    'infra/bedrock/',
    'packages/runtime/README.md',
    'packages/runtime/src/redis/',
    'packages/runtime/src/postgres/',
    'packages/tracing/src/spans/',
    'packages/tracing/src/errors/',
    'packages/tracing/src/bedrock/',
    'packages/tracing/src/postgres/',
    'packages/tracing/src/redis/',
    'infra/postgres/',
  ],
  ...[
    'services/rest-api/',
    'services/cost-ledger/',
    'services/worker/',
    'services/ws-hub/',
    'docs/sampling.md',
  ],
  ...['packages/tracing/src/context/', 'packages/tracing/src/sampling/', 'packages/tracing/src/websocket/'],
  ...['packages/tracing/src/sdk/', 'packages/tracing/src/register.ts', 'packages/tracing/src/logger.ts'],
  ...['packages/runtime/src/grpc/', 'packages/runtime/src/websocket/'],
  ...['tools/scenarios/', 'tools/faults/', 'tests/all/lab', 'tests/all/breaks'],
  ...['tests/e2e/ledger', 'tests/e2e/two-ledgers', 'tests/e2e/lessons', 'tests/e2e/trace-doctor'],
  ...[
    'docs/redis.md',
    'docs/postgres.md',
    'docs/bedrock.md',
    'docs/errors.md',
    'docs/outbox-jobs-batches.md',
  ],
  ...['docs/sqs.md', 'packages/tracing/src/sqs/', 'packages/runtime/src/sqs/'],
  ...['tools/trace-doctor/', 'tools/cli/', 'tools/lessons/', 'scripts/'],
  ...['tools/embedded/', 'tools/new-service/'],
  ...['tests/e2e/', 'tests/hostile/', 'tests/transports/', 'tests/browser/', 'tests/conformance/'],
  ...[
    'services/edge-mcp/',
    'packages/tracing/src/mcp/',
    'docs/mcp.md',
    'docs/trust-boundary.md',
    'docs/browser.md',
  ],
];
/** The rules themselves, generated files and lock files. */
const EXEMPT = /^(STYLE\.md|scripts\/words(\.test)?\.ts|pnpm-lock\.yaml)$|\/generated\//;
const CHECKED = /\.(ts|tsx|mjs|md|ya?ml|html|css|sql|proto)$|Dockerfile$/;

export interface Place {
  file: string;
  line: number;
  word: string;
  instead: string;
}

/** Every refused word in a text, with its line. */
export function findWords(file: string, text: string): Place[] {
  return text.split('\n').flatMap((content, at) =>
    WORDS.flatMap(([pattern, instead]) => {
      const word = pattern.exec(content)?.[0];
      return word ? [{ file, line: at + 1, word, instead }] : [];
    }),
  );
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const all = process.argv.includes('--all');
  const isRewritten = (file: string) => REWRITTEN.some((path) => file.startsWith(path));
  const files = listed
    .split('\n')
    .filter((file) => CHECKED.test(file) && !EXEMPT.test(file) && (all || isRewritten(file)));
  const places = files.flatMap((file) => findWords(file, readFileSync(root + file, 'utf8')));
  for (const { file, line, word, instead } of places) {
    process.stderr.write(`${file}:${line}: "${word}" (STYLE.md: ${instead})\n`);
  }
  process.exitCode = places.length > 0 ? 1 : 0;
}
