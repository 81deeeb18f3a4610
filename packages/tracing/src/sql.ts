// What may be told of an SQL text: its shape. Literals are somebody's data, and never leave the process in a span.

/** The longest summary, in characters, as the conventions ask for a span name. */
export const MAX_SUMMARY_LENGTH = 255;
/** The longest text kept of a query, in characters. */
export const MAX_QUERY_TEXT_LENGTH = 2_048;

// https://www.postgresql.org/docs/current/sql-syntax-lexical.html: what a statement is made of, in the order in which
// Postgres would see it. Quoted identifiers are names, not data; unfinished literals run to the end.
const TOKENS = [
  /--[^\n]*/, // comment
  /\/\*[\s\S]*?(?:\*\/|$)/, // comment
  /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/, // E'with \' escapes'
  /(?:[bBxX]|[uU]&)?'(?:[^']|'')*(?:'|$)/, // 'text', B'01', X'ff', U&'\0041'
  /\$([A-Za-z_][\w]*)?\$[\s\S]*?(?:\$\1\$|$)/, // $tag$text$tag$
  /"(?:[^"]|"")*(?:"|$)/, // "Name"
  /\$\d+/, // parameter
  /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/, // word
  /(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/, // number
];
// Back-references count through the whole pattern: the tag of a dollar quote is its one group.
const TOKEN = new RegExp(TOKENS.map((token) => token.source).join('|'), 'g');

/** The SQL with `?` for each literal, without comments, on one line. Parameters (`$1`) stay: they hold no data. */
export function sanitizeSql(sql: string): string {
  const clean = sql.replace(TOKEN, (token: string) => {
    if (token.startsWith('--') || token.startsWith('/*')) return ' ';
    if (/^\$\d/.test(token) || token.startsWith('"')) return token;
    return /^[\d.$']|^(?:[eEbBxX]|[uU]&)'/.test(token) ? '?' : token;
  });
  return clean.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_QUERY_TEXT_LENGTH);
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
