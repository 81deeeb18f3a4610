import { describe, expect, it } from 'vitest';
import { describeCommand, MAX_SHOWN_ARGUMENTS } from '../redis/query.ts';
import {
  describeSql,
  MAX_DESCRIBED_LENGTH,
  MAX_DESCRIBED_QUERIES,
  MAX_QUERY_TEXT_LENGTH,
  MAX_SUMMARY_LENGTH,
  sanitizeSql,
  summarizeSql,
} from './sql.ts';

describe('an SQL text', () => {
  it.each([
    [
      `SELECT * FROM users WHERE name = 'Ann' AND age > 42.5e3`,
      'SELECT * FROM users WHERE name = ? AND age > ?',
    ],
    [`SELECT 'it''s secret', E'it\\'s secret', $$secret$$, $a$secret $$ too$a$`, 'SELECT ?, ?, ?, ?'],
    [`SELECT X'ff', B'01', U&'\\0041', .5, 0xff, 1_000`, 'SELECT ?, ?, ?, ?, ?, ?'],
    [`SELECT "secret 1", t2.c3 FROM t2 -- secret`, 'SELECT "secret 1", t2.c3 FROM t2'],
    ['SELECT /* secret */ a\n  FROM b WHERE id = $1 LIMIT 5', 'SELECT a FROM b WHERE id = $1 LIMIT ?'],
    [`SELECT 'unfinished secret`, 'SELECT ?'],
    [`SELECT $x$unfinished secret`, 'SELECT ?'],
    [`SELECT /* a /* b */ don't */ 'secret', c`, 'SELECT ?, c'],
    ["SELECT 1 -- quote' \r, 'secret'", 'SELECT ? , ?'],
    ['SELECT $ä$secret$ä$', 'SELECT ?'],
    [`SELECT E'a'\n'it\\'s secret', b`, 'SELECT ?, b'],
    ['SELECT -1, a-1, id = ANY($1)', 'SELECT -?, a-?, id = ANY($1)'],
  ])('has no literals: %s', (sql, text) => {
    expect(sanitizeSql(sql)).toBe(text);
  });

  it.each([
    ['INSERT INTO tasks (id) VALUES ($1) ON CONFLICT DO UPDATE SET id = $1', 'INSERT tasks'],
    ['SELECT id FROM outbox WHERE x IS DISTINCT FROM y FOR UPDATE SKIP LOCKED', 'SELECT outbox'],
    ['select a from b join c.d on true', 'SELECT b c.d'],
    ['UPDATE outbox SET sent_at = now()', 'UPDATE outbox'],
    ['DELETE FROM ONLY tasks', 'DELETE tasks'],
    ['SELECT a FROM b WHERE id = (SELECT id FROM c)', 'SELECT b SELECT c'],
    ['INSERT INTO a (b) SELECT * FROM unnest($1)', 'INSERT a SELECT'],
    ['SELECT ? FROM unnest($1) AS x(y) LEFT JOIN c USING (y)', 'SELECT c'],
    ['BEGIN', 'BEGIN'],
    ['commit;', 'COMMIT'],
    ['SELECT ?', 'SELECT'],
    ['', 'QUERY'],
  ])('has a summary of its operations and tables: %s', (sql, summary) => {
    expect(summarizeSql(sql)).toBe(summary);
  });

  it('with a literal of 16 MiB is sanitized', () => {
    expect(sanitizeSql(`SELECT '${'x'.repeat(16 * 1024 * 1024)}'`)).toBe('SELECT ?');
  });

  it('has a longest text and a longest summary', () => {
    const long = `SELECT ${'a, '.repeat(MAX_QUERY_TEXT_LENGTH)} b FROM ${'t'.repeat(2 * MAX_SUMMARY_LENGTH)}`;
    expect(sanitizeSql(long)).toHaveLength(MAX_QUERY_TEXT_LENGTH);
    expect(summarizeSql(long)).toHaveLength(MAX_SUMMARY_LENGTH);
  });
});

describe('a Redis command', () => {
  it('has no keys and values', () => {
    expect(describeCommand('set', ['budget:acme', 'secret', 'EX', 60])).toBe('set ? ? ? ?');
    expect(describeCommand('ping', [])).toBe('ping');
  });

  it('has at most MAX_SHOWN_ARGUMENTS arguments', () => {
    const text = describeCommand('mset', Array(MAX_SHOWN_ARGUMENTS + 1).fill('x'));
    expect(text.split(' ')).toHaveLength(MAX_SHOWN_ARGUMENTS + 2);
    expect(text.endsWith('…')).toBe(true);
  });
});

describe('the description of a query', () => {
  const text = (id: number) => `SELECT ${id} FROM tasks`;

  it('is made once for each text, until MAX_DESCRIBED_QUERIES others are described', () => {
    const first = describeSql(text(0));
    expect(first).toEqual({
      'db.query.text': 'SELECT ? FROM tasks',
      'db.query.summary': 'SELECT tasks',
      'db.operation.name': 'SELECT',
    });
    for (let id = 1; id < MAX_DESCRIBED_QUERIES; id += 1) describeSql(text(id));
    expect(describeSql(text(0))).toBe(first);
    describeSql(text(MAX_DESCRIBED_QUERIES));
    expect(describeSql(text(0))).not.toBe(first);
    expect(describeSql(text(0))).toEqual(first);
  });

  it('is not remembered for a text longer than MAX_DESCRIBED_LENGTH', () => {
    const long = text(0).padEnd(MAX_DESCRIBED_LENGTH + 1);
    expect(describeSql(long)).not.toBe(describeSql(long));
    expect(describeSql(long)).toEqual(describeSql(long));
  });
});
