// What callers sent, as the Bedrock double keeps it too: tests read it to prove that nothing of ours leaves in a header.
import type { buildApp } from 'fauxqs';

const MAX_RECORDED = 1_000;

export interface RecordedQueueRequest {
  /** Such as `SendMessageBatch`; empty for what is no call of SQS. */
  action: string;
  headers: Record<string, string | string[] | undefined>;
  /** As it was sent, parsed; missing for what is no JSON. */
  body?: unknown;
}

/** Keeps the newest requests, oldest first, and shows them at `GET /_double/requests`. */
export function recordRequests(app: ReturnType<typeof buildApp>): void {
  const requests: RecordedQueueRequest[] = [];
  // Before the strict rules, which take refused entries out of a batch.
  app.addHook('preValidation', async ({ headers, body }) => {
    const action = String(headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
    if (action) requests.push({ action, headers: { ...headers }, body: structuredClone(body) });
    if (requests.length > MAX_RECORDED) requests.shift();
  });
  app.get('/_double/requests', async () => requests);
}
