// The tokens of an SQL text. No pattern matches a whole literal: one may be as long as an upload, and a pattern that repeats that often
// overflows the stack.
// https://www.postgresql.org/docs/current/sql-syntax-lexical.html

export interface SqlToken {
  kind: 'comment' | 'literal' | 'other';
  text: string;
}

// The beginnings of tokens, in Postgres' order of precedence.
const BEGINNINGS = [
  /--/,
  /\/\*/,
  /[eE]'/, // E'with \' escapes'
  /(?:[bBxX]|[uU]&)?'/, // 'text', B'01', X'ff', U&'\0041'
  /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/, // $tag$text$tag$
  /"/, // "Name"
  /\$\d+/, // parameter
  /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/, // word
  /(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/, // number
];
const BEGINNING = BEGINNINGS.map(({ source }) => source).join('|');

// The parts of a quote that are not plain text; the part in the group ends it.
const PLAIN = /''|(')/g;
const IDENTIFIER = /""|(")/g;
// A string on the next line continues an E'', with its escapes.
const ESCAPED = /\\[\s\S]|''|'[^\S\n\r]*[\n\r]\s*(?:--[^\n\r]*[\n\r]\s*)*'|(')/g;
const LINE = /([\n\r])/g;

/** The tokens of `sql`, whose texts together are `sql`. Quoted names and parameters are not literals; an unfinished token ends with `sql`. */
export function* tokensOf(sql: string): Generator<SqlToken> {
  const beginnings = new RegExp(BEGINNING, 'g');
  let at = 0;
  for (let found = beginnings.exec(sql); found; found = beginnings.exec(sql)) {
    const [beginning] = found;
    if (found.index > at) yield { kind: 'other', text: sql.slice(at, found.index) };
    at = endOf(beginning, sql, beginnings.lastIndex);
    beginnings.lastIndex = at;
    yield { kind: kindOf(beginning), text: sql.slice(found.index, at) };
  }
  if (at < sql.length) yield { kind: 'other', text: sql.slice(at) };
}

function kindOf(beginning: string): SqlToken['kind'] {
  if (beginning === '--' || beginning === '/*') return 'comment';
  if (/^\$\d/.test(beginning)) return 'other';
  return /^[\d.$]|'$/.test(beginning) ? 'literal' : 'other';
}

function endOf(beginning: string, sql: string, at: number): number {
  if (beginning === '--') return endOfQuote(sql, at, LINE);
  if (beginning === '/*') return endOfComment(sql, at);
  if (beginning === '"') return endOfQuote(sql, at, IDENTIFIER);
  if (/^[eE]'$/.test(beginning)) return endOfQuote(sql, at, ESCAPED);
  if (beginning.endsWith("'")) return endOfQuote(sql, at, PLAIN);
  if (!/^\$.*\$$/.test(beginning)) return at;
  const end = sql.indexOf(beginning, at);
  return end === -1 ? sql.length : end + beginning.length;
}

function endOfQuote(sql: string, at: number, inside: RegExp): number {
  inside.lastIndex = at;
  for (let found = inside.exec(sql); found; found = inside.exec(sql)) {
    if (found[1] !== undefined) return inside.lastIndex;
  }
  return sql.length;
}

/** Comments nest. */
function endOfComment(sql: string, at: number): number {
  const borders = /\/\*|\*\//g;
  borders.lastIndex = at;
  let depth = 1;
  for (let found = borders.exec(sql); found; found = borders.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return borders.lastIndex;
  }
  return sql.length;
}
