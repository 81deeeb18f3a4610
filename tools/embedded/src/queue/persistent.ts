// fauxqs with its data on disk. Its public API for this, `startFauxqs`, listens on every network interface; so this file
// combines its stores in the same way, from modules that the package does not export. The version is pinned, and
// persistent.test.ts checks what this relies on. See decisions/016.
import type { DatabaseSync } from 'node:sqlite';
import { buildApp } from 'fauxqs';

interface Persistence {
  readonly db: DatabaseSync;
  loadSqsAndSns(sqs: SqsStore, sns: unknown): void;
  updateMessageReady(messageId: string): void;
  close(): void;
}
interface Queue {
  persistence?: Persistence;
  /** By receipt handle. */
  inflightMessages: Map<string, unknown>;
}
interface SqsStore {
  persistence?: Persistence;
  allQueues(): Iterable<Queue>;
}
type New<T, Arguments extends unknown[] = []> = new (...args: Arguments) => T;

const file = (path: string) => import(new URL(path, import.meta.resolve('fauxqs')).href);
const { PersistenceManager } = (await file('./persistence.js')) as {
  PersistenceManager: New<Persistence, [dataDir: string]>;
};
const { SqsStore } = (await file('./sqs/sqsStore.js')) as { SqsStore: New<SqsStore> };
const { SnsStore } = (await file('./sns/snsStore.js')) as { SnsStore: New<unknown> };
const { S3Store } = (await file('./s3/s3Store.js')) as { S3Store: New<unknown> };

/** fauxqs 2.4.1 clears the receive count of a message whose visibility timeout is set to 0, which its own table rejects. */
class KeepsReceiveCounts extends PersistenceManager {
  override updateMessageReady(messageId: string): void {
    const statement =
      'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?';
    this.db.prepare(statement).run(messageId);
  }
}

/**
 * The server, not yet listening, with the queues and messages of `dataDir`, and the receipt handles of messages in flight.
 * Every change is written before its response, so a killed process loses nothing; a power failure may.
 */
export function buildPersistentApp(dataDir: string) {
  const persistence = new KeepsReceiveCounts(dataDir);
  persistence.db.exec('PRAGMA synchronous = OFF');
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  // Attached after loading, or loading would write everything again.
  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  const queues = [...stores.sqsStore.allQueues()];
  for (const holder of [stores.sqsStore, ...queues]) holder.persistence = persistence;
  const handles = queues.flatMap((queue) => [...queue.inflightMessages.keys()]);
  const options: NonNullable<Parameters<typeof buildApp>[0]> = { logger: false };
  const app = buildApp({ ...options, stores: stores as unknown as NonNullable<typeof options.stores> });
  app.addHook('onClose', async () => persistence.close());
  return { app, handles };
}
