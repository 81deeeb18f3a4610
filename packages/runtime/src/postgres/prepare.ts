// Prepared statements: Postgres parses and plans a query once for each connection, instead of once for each execution.
import type { ClientBase } from 'pg';

/** A connection keeps its statements until it closes, so their number is bounded; further queries are not prepared. */
const MAX_STATEMENTS = 500;

const names = new Map<string, string>();

/** The same for every connection of this process. */
function nameOf(text: string): string | undefined {
  if (!names.has(text) && names.size < MAX_STATEMENTS) names.set(text, `s${names.size}`);
  return names.get(text);
}

/** Makes `client.query(text, values, …)` prepare the text on its first use. The text must not contain values. */
export function prepareStatements(client: ClientBase): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const prepared = (text: unknown, values: unknown, ...rest: unknown[]) => {
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    return name ? query({ name, text, values }, ...rest) : query(text, values, ...rest);
  };
  Object.assign(client, { query: prepared });
}
