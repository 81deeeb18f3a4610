import type { SqsApp } from './fauxqs.ts';

const PREFIX = 'AmazonSQS.';

/** The action of a request, such as `SendMessageBatch`; empty for another request. */
export const actionOf = (headers: Record<string, unknown>): string =>
  String(headers['x-amz-target'] ?? '').replace(PREFIX, '');

/** Requests an action of the server itself. Rejects unless it succeeds. */
export async function request(
  app: SqsApp,
  action: string,
  payload: object,
  host = 'localhost',
): Promise<void> {
  const headers = { host, 'x-amz-target': PREFIX + action, 'content-type': 'application/x-amz-json-1.0' };
  const answer = await app.inject({ method: 'POST', url: '/', headers, payload: JSON.stringify(payload) });
  if (answer.statusCode !== 200) throw new Error(`${action} failed: ${answer.body}`);
}
