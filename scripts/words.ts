// Lint for prose: refuses the worst words of STYLE.md.
//   node scripts/words.ts      exit code 1 and one line per place
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
  const files = listed.split('\n').filter((file) => CHECKED.test(file) && !EXEMPT.test(file));
  const places = files.flatMap((file) => findWords(file, readFileSync(root + file, 'utf8')));
  for (const { file, line, word, instead } of places) {
    process.stderr.write(`${file}:${line}: "${word}" (STYLE.md: ${instead})\n`);
  }
  process.exitCode = places.length > 0 ? 1 : 0;
}
