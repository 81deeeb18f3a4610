// Tracing observes and decides nothing (decisions/023-tracing-observes.md): no file of this package waits, retries, acknowledges,
// limits time, or ends what belongs to the program.
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const DECISIONS: Record<string, RegExp> = {
  'waits or limits time':
    /\b(setTimeout|setInterval|setImmediate)\(|node:timers|AbortSignal\.(timeout|any)\(/,
  retries: /\bp-?retry\b|\bretry(Infrastructure|Async)?\(/i,
  'acknowledges or moves a message':
    /\b(xack|xclaim|xautoclaim|xdel)\b|\b(DeleteMessage|ChangeMessageVisibility)(Batch)?Command\b/,
  aborts: /new AbortController\b|\.abort\(/,
  'ends a connection, a stream or the process':
    /\.(destroy|destroySoon|close|terminate|disconnect|quit|cancel|kill|release)\(|process\.(exit|kill|abort)\(/,
  'ends a transaction': /\b(BEGIN|COMMIT|ROLLBACK)\b/,
};

/** What looks like a decision and is none. */
const ALLOWED: Record<string, string> = {
  'http/redirects.ts: await response.body?.cancel();':
    'the body of a redirect, which fetch would discard, when the redirect is followed here',
};

/** The lines of a file without comments and string literals. */
const codeOf = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/.*$/, '').replace(/`[^`]*`|(?<=[^:])'[^']*'(?=[,;)])/g, "''"));

const lines = globSync('**/*.ts', { cwd: import.meta.dirname })
  .filter((file) => !/\.(test|fixture)\.ts$/.test(file))
  .flatMap((file) =>
    codeOf(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')).map((code) => `${file}: ${code.trim()}`),
  );

it.each(Object.entries(DECISIONS))('no file of the tracing package %s', (_, pattern) => {
  expect(lines.filter((line) => pattern.test(line) && !(line in ALLOWED))).toEqual([]);
});

it('every exception is still needed', () => {
  expect(Object.keys(ALLOWED).filter((place) => !lines.includes(place))).toEqual([]);
});

it.each([
  ['setTimeout(done, 5);', 'waits or limits time'],
  ['await redis.xack(key, group, id);', 'acknowledges or moves a message'],
  ['socket.terminate();', 'ends a connection, a stream or the process'],
  ['controller.abort(reason);', 'aborts'],
])('the check finds %s', (line, decision) => {
  expect(codeOf(line).some((code) => DECISIONS[decision]?.test(code))).toBe(true);
});
