import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../arbitraries.fixture.ts';
import { describeCommand, MAX_SHOWN_ARGUMENTS } from '../redis/query.ts';
import { growthOf, MAX_GROWTH } from '../sdk/growth.fixture.ts';
import { MAX_QUERY_TEXT_LENGTH, MAX_SUMMARY_LENGTH, sanitizeSql, summarizeSql } from './sql.ts';

const SECRET = 'zz9secret';
/** A secret between other texts, escaped by `fit` for the quotes around it. */
const secret = (fit: (text: string) => string) =>
  fc
    .tuple(anyText, anyText)
    .map(([before, after]) => fit(before.replaceAll('\0', '')) + SECRET + fit(after.replaceAll('\0', '')));
const doubled = (text: string) => text.replaceAll("'", "''");
const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
const undollared = (text: string) => text.replaceAll('$', '');
const flat = (text: string) => text.replaceAll(/[\n\r]/g, ' ');
const unstarred = (text: string) => text.replaceAll(/[*/]/g, '');

/** Every form of a literal or a comment. */
const literals = fc.oneof(
  secret(doubled).map((text) => `'${text}'`),
  secret(escaped).map((text) => `E'${text}'`),
  fc.tuple(secret(escaped), secret(escaped)).map(([a, b]) => `e'${a}' \n -- o'clock\n '${b}'`),
  secret(doubled).map((text) => `U&'${text}'`),
  fc
    .tuple(fc.constantFrom('', 'tag', '_', 'é', 'a1'), secret(undollared))
    .map(([tag, text]) => `$${tag}$${text}$${tag}$`),
  secret(flat).map((text) => `--${text}\n`),
  secret(flat).map((text) => `--${text}\r`),
  secret(unstarred).map((text) => `/*${text}*/`),
  fc.tuple(secret(unstarred), secret(unstarred)).map(([a, b]) => `/* ${a} /* ${b} */ it's ${a} */`),
);
const NUMBERS = ['4711', '47.11', '.4711', '4711e3', '0x4711', '4_711'];
const NAMES = ['tasks', 'a.b', '"Name 4"', 't4711', 'täsk', '$1', '$12', 'SELECT', 'FROM', 'WHERE'];
const SEPARATORS = [' ', '\n', ', ', ' = ', ' (', ') ', ' || ', ';\t'];
const separators = fc.constantFrom(...SEPARATORS);
const named = fc.constantFrom(...NAMES);
const statements = fc.array(fc.tuple(fc.oneof(literals, named, fc.constantFrom(...NUMBERS)), separators), {
  maxLength: 12,
});

describe('any SQL text', () => {
  it('keeps its names, and neither literals nor comments', () => {
    fc.assert(
      fc.property(statements, (parts) => {
        const text = sanitizeSql(parts.flat().join(''));
        expect(text).not.toContain(SECRET);
        expect(text.replaceAll(/t4711/g, '')).not.toMatch(/4_?7|11/);
        const names = parts.map(([part]) => part).filter((part) => NAMES.includes(part));
        const literalNumbers = parts.filter(([part]) => NUMBERS.includes(part));
        if (text.length < MAX_QUERY_TEXT_LENGTH) {
          expect(text.match(/"Name 4"|\$\d+|[\wä.]+/g) ?? []).toEqual(names);
          expect(text.split('?').length - 1).toBeGreaterThanOrEqual(literalNumbers.length);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('that ends within a literal does not keep it', () => {
    fc.assert(
      fc.property(literals, fc.nat(), (literal, cut) => {
        const until = literal.indexOf(SECRET) + SECRET.length;
        const end = until + (cut % (literal.length - until + 1));
        expect(sanitizeSql(`SELECT ${literal.slice(0, end)}`)).not.toContain(SECRET);
      }),
      { numRuns: 500 },
    );
  });

  it('is sanitized to one line within its limit, and sanitizing that changes nothing', () => {
    const pieces = fc.constantFrom(
      "'",
      '"',
      '$',
      '$$',
      '\\',
      '/*',
      '*/',
      '--',
      '\n',
      'E',
      'e',
      'U&',
      ' ',
      '1',
      '.',
      'a',
      '?',
    );
    const texts = fc.oneof(
      anyText,
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (sql) => {
        const text = sanitizeSql(sql);
        expect(text).not.toMatch(/[\n\r\t]/);
        expect(text.length).toBeLessThanOrEqual(MAX_QUERY_TEXT_LENGTH);
        expect(sanitizeSql(text)).toBe(text);
        const summary = summarizeSql(text);
        expect(summary).not.toBe('');
        expect(summary.length).toBeLessThanOrEqual(MAX_SUMMARY_LENGTH);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    "'",
    "''",
    '"',
    '$',
    '$a',
    '/*',
    '*/',
    '-- ',
    ' ',
    "E'\\",
    "E'\n",
    '1.',
    'FROM ',
    'FROM "',
    'SELECT a FROM b ',
  ])('takes time in proportion to its length: %j', (piece) => {
    const shapeOf = (sql: string) => summarizeSql(sanitizeSql(sql));
    expect(growthOf(shapeOf, (n) => piece.repeat(n))).toBeLessThan(MAX_GROWTH);
    expect(growthOf(shapeOf, (n) => `E'${piece.repeat(n)}\\`)).toBeLessThan(MAX_GROWTH);
  });

  it.each(["'", "E'", '$$', '/*', '--', '"'])('as long as a large upload is sanitized: %s', (open) => {
    expect(sanitizeSql(`SELECT ${open}${'x'.repeat(16 * 1024 * 1024)}`).length).toBeLessThanOrEqual(
      MAX_QUERY_TEXT_LENGTH,
    );
  });
});

describe('any Redis command', () => {
  it('keeps its name and the number of its arguments only', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{1,10}$/),
        fc.array(anyText, { maxLength: 20 }),
        (command, args) => {
          const text = describeCommand(command, args).split(' ');
          const shown = Math.min(args.length, MAX_SHOWN_ARGUMENTS);
          const more = args.length > MAX_SHOWN_ARGUMENTS ? ['…'] : [];
          expect(text).toEqual([command, ...Array(shown).fill('?'), ...more]);
        },
      ),
    );
  });
});
