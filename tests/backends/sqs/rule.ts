import type { Backend } from './backend.ts';

/** A page of https://docs.aws.amazon.com/AWSSimpleQueueService/latest/, with a section of it. */
export type Source = `APIReference/API_${string}.html` | `SQSDeveloperGuide/${string}.html`;

/** What SQS does, and where AWS says so. */
export interface Rule {
  title: string;
  source: Source;
  /** Returns what the queue did, as plain data. */
  observe(at: Backend): Promise<unknown>;
  /** What AWS does. */
  sqs: unknown;
  /** What LocalStack 4.14 does instead. */
  localstack?: unknown;
}
