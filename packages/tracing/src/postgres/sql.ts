// What may be told of an SQL text: its shape. Literals are somebody's data, and never leave the process in a span.
import { tokensOf } from './sql-tokens.ts';

/** The longest summary, in characters, as the conventions ask for a span name. */
export const MAX_SUMMARY_LENGTH = 255;
/** The longest text kept of a query, in characters. */
export const MAX_QUERY_TEXT_LENGTH = 2_048;

const TOLD = { comment: ' ', literal: '?' };

/** The SQL with `?` for each literal, without comments, on one line. Parameters (`$1`) stay: they hold no data. */
export function sanitizeSql(sql: string): string {
  let told = '';
  for (const { kind, text } of tokensOf(sql)) told += kind === 'other' ? text : TOLD[kind];
  return told.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_QUERY_TEXT_LENGTH);
}

const NAME = '(?:"[^"]+"|[A-Za-z_][\\w$]*)(?:\\.(?:"[^"]+"|[A-Za-z_][\\w$]*))?';
// Each operation that touches something, and what it touches. `FOR UPDATE`, `DO UPDATE SET` and `DISTINCT FROM` do not,
// nor does a function that stands for a table.
const STEP = new RegExp(
  `\\b(?:FOR (?:NO KEY )?UPDATE|DO UPDATE|DISTINCT FROM)\\b|\\b(SELECT)\\b|\\b(?:(INSERT) INTO|(UPDATE)(?: ONLY)?|(DELETE) FROM) (?:ONLY )?(${NAME})|\\b(?:FROM|JOIN) (?:ONLY )?(${NAME})(?![\\w$.]| ?\\()`,
  'gi',
);

/**
 * The query's shape in a few words, low in cardinality: `SELECT tasks`, `INSERT outbox`, `BEGIN`. Takes sanitised SQL.
 * https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query
 */
export function summarizeSql(sanitized: string): string {
  const words: string[] = [];
  for (const [, select, insert, update, remove, changed, read] of sanitized.matchAll(STEP)) {
    const operation = select ?? insert ?? update ?? remove;
    if (operation) words.push(operation.toUpperCase());
    const target = changed ?? read;
    if (target) words.push(target);
  }
  if (words.length === 0) words.push((/^\w+/.exec(sanitized)?.[0] ?? 'query').toUpperCase());
  return words.join(' ').slice(0, MAX_SUMMARY_LENGTH);
}
