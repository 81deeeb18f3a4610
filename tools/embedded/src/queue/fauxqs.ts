// The classes of fauxqs that its package does not export. The version is pinned, and tests/backends/sqs and persistent.test.ts
// check what this folder relies on. See decisions/016.
import type { buildApp } from 'fauxqs';

/** The HTTP server of fauxqs. */
export type SqsApp = ReturnType<typeof buildApp>;
type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
export type Store = Stores['sqsStore'];
export type Queue = ReturnType<Store['createQueue']>;
export type Message = Parameters<Queue['enqueue']>[0];
type Persistence = NonNullable<Store['persistence']>;
type New<T, Arguments extends unknown[] = []> = new (...args: Arguments) => T;

const load = (path: string) => import(new URL(path, import.meta.resolve('fauxqs')).href);

export const { PersistenceManager } = (await load('./persistence.js')) as {
  PersistenceManager: New<Persistence, [dataDir: string]>;
};
export const { SqsQueue, SqsStore } = (await load('./sqs/sqsStore.js')) as {
  SqsQueue: New<Queue, ConstructorParameters<New<Queue, [string, string, string, object?, object?]>>>;
  SqsStore: New<Store> & { createMessage(body: string, attributes: Message['messageAttributes']): Message };
};
/** The names of queue attributes, and what a body must not contain. */
export const { ALL_ATTRIBUTE_NAMES: QUEUE_ATTRIBUTES, INVALID_MESSAGE_BODY_CHAR } = (await load(
  './sqs/sqsTypes.js',
)) as { ALL_ATTRIBUTE_NAMES: string[]; INVALID_MESSAGE_BODY_CHAR: RegExp };
export const { md5OfMessageAttributes } = (await load('./common/md5.js')) as {
  md5OfMessageAttributes(attributes: Message['messageAttributes']): string;
};
export const { SnsStore } = (await load('./sns/snsStore.js')) as { SnsStore: New<Stores['snsStore']> };
export const { S3Store } = (await load('./s3/s3Store.js')) as { S3Store: New<Stores['s3Store']> };
