// Records requests as the Bedrock double does; tests read them to prove that no header of this repository reaches AWS.
import type { SqsApp } from './fauxqs.ts';
import { actionOf } from './sqs-app.ts';

const MAX_RECORDED = 1_000;

export interface RecordedQueueRequest {
  /** For example `SendMessageBatch`. */
  action: string;
  headers: Record<string, string | string[] | undefined>;
  /** The parsed JSON body. */
  body?: unknown;
}

/** Keeps the newest requests and serves them at `GET /_double/requests`, oldest first. */
export function recordRequests(app: SqsApp): void {
  const requests: RecordedQueueRequest[] = [];
  // Before the strict rules, which remove rejected entries from a batch.
  app.addHook('preValidation', async ({ headers, body }) => {
    const action = actionOf(headers);
    if (action) requests.push({ action, headers: { ...headers }, body: structuredClone(body) });
    if (requests.length > MAX_RECORDED) requests.shift();
  });
  app.get('/_double/requests', async () => requests);
}
