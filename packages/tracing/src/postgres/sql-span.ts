import type { Span } from '@opentelemetry/api';
import { sanitizeSql, summarizeSql } from './sql.ts';

/** Names a query's span by its shape, which no database's name is part of, and keeps literals out of its text. */
export function describeQuery(span: Span, sql: string): void {
  const text = sanitizeSql(sql);
  const summary = summarizeSql(text);
  span.updateName(summary);
  span.setAttributes({
    'db.query.text': text,
    'db.query.summary': summary,
    'db.operation.name': summary.split(' ')[0] ?? summary,
  });
}
