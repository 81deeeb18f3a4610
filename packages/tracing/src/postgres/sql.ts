// An SQL text without its literals, which are user data and must not be in a span.
import { tokensOf } from './sql-tokens.ts';

/** The longest summary, in characters; the conventions limit span names to this. */
export const MAX_SUMMARY_LENGTH = 255;
/** The longest query text, in characters. */
export const MAX_QUERY_TEXT_LENGTH = 2_048;

const REPLACEMENTS = { comment: ' ', literal: '?' };

/** The SQL with `?` for each literal, without comments, on one line. Parameters (`$1`) stay: they contain no data. */
export function sanitizeSql(sql: string): string {
  let text = '';
  for (const token of tokensOf(sql)) text += token.kind === 'other' ? token.text : REPLACEMENTS[token.kind];
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_QUERY_TEXT_LENGTH);
}

const NAME = '(?:"[^"]+"|[A-Za-z_][\\w$]*)(?:\\.(?:"[^"]+"|[A-Za-z_][\\w$]*))?';
// Each operation and its table. `FOR UPDATE`, `DO UPDATE SET` and `DISTINCT FROM` have none, nor has a function in place of a table.
const STEP = new RegExp(
  `\\b(?:FOR (?:NO KEY )?UPDATE|DO UPDATE|DISTINCT FROM)\\b|\\b(SELECT)\\b|\\b(?:(INSERT) INTO|(UPDATE)(?: ONLY)?|(DELETE) FROM) (?:ONLY )?(${NAME})|\\b(?:FROM|JOIN) (?:ONLY )?(${NAME})(?![\\w$.]| ?\\()`,
  'gi',
);

/**
 * The operations and tables of a query, low in cardinality: `SELECT tasks`, `INSERT outbox`, `BEGIN`. Takes sanitized SQL.
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

/** How many texts are remembered: the queries of a program are few, but for those with literals in their text. */
export const MAX_DESCRIBED_QUERIES = 500;
/** The longest text that is remembered, in characters. */
export const MAX_DESCRIBED_LENGTH = 4_096;

const described = new Map<string, ReturnType<typeof describe>>();

/** The attributes of a query: its text without literals, its summary and its operation. The same object for the same text, mostly. */
export function describeSql(sql: string): ReturnType<typeof describe> {
  const known = described.get(sql);
  if (known) return known;
  const attributes = describe(sql);
  if (sql.length > MAX_DESCRIBED_LENGTH) return attributes;
  const [oldest] = described.keys();
  if (oldest !== undefined && described.size >= MAX_DESCRIBED_QUERIES) described.delete(oldest);
  described.set(sql, attributes);
  return attributes;
}

function describe(sql: string) {
  const text = sanitizeSql(sql);
  const summary = summarizeSql(text);
  return {
    'db.query.text': text,
    'db.query.summary': summary,
    'db.operation.name': summary.split(' ')[0] ?? summary,
  };
}
