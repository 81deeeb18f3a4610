// fauxqs with its data on disk. Its public API for this, `startFauxqs`, listens on every network interface; so this file
// combines its stores in the same way. See decisions/016.
import type { DatabaseSync } from 'node:sqlite';
import { buildApp } from 'fauxqs';
import { type SystemAttributes, setSystemAttributes, systemAttributesOf } from './attributes.ts';
import { type Message, PersistenceManager, S3Store, SnsStore, type SqsApp, type Store } from './fauxqs.ts';
import { QueueStore } from './queues.ts';

/** The persistence of fauxqs, with system attributes. */
class WithSystemAttributes extends PersistenceManager {
  constructor(dataDir: string) {
    super(dataDir);
    database(this).exec(`PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS system_attributes (
      message_id TEXT PRIMARY KEY REFERENCES sqs_messages(message_id) ON DELETE CASCADE, attributes TEXT NOT NULL)`);
  }

  override insertMessage(queueName: string, message: Message): void {
    super.insertMessage(queueName, message);
    const attributes = JSON.stringify(systemAttributesOf(message));
    if (attributes === '{}') return;
    database(this).prepare('INSERT INTO system_attributes VALUES (?, ?)').run(message.messageId, attributes);
  }

  override loadSqsAndSns(sqs: Store, sns: InstanceType<typeof SnsStore>): void {
    super.loadSqsAndSns(sqs, sns);
    const rows = database(this).prepare('SELECT message_id, attributes FROM system_attributes').all();
    const attributes = new Map(rows.map((row) => [row.message_id, String(row.attributes)]));
    for (const queue of sqs.allQueues()) {
      const { ready, delayed, inflight } = queue.inspectMessages();
      for (const message of [...ready, ...delayed, ...inflight.map((entry) => entry.message)]) {
        const stored = attributes.get(message.messageId);
        if (stored) setSystemAttributes(message, JSON.parse(stored) as SystemAttributes);
      }
    }
  }

  /** fauxqs 2.4.1 clears the receive count of a message whose visibility timeout is set to 0, which its own table rejects. */
  override updateMessageReady(messageId: string): void {
    const statement =
      'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?';
    database(this).prepare(statement).run(messageId);
  }
}

/** Its declaration is private. */
const database = (persistence: object) => (persistence as { db: DatabaseSync }).db;

/**
 * The server, not yet listening, with the queues and messages of `dataDir`. Every change is written before its response, so a
 * killed process loses nothing; a power failure may.
 */
export function buildPersistentApp(dataDir: string): { app: SqsApp; store: Store } {
  const persistence = new WithSystemAttributes(dataDir);
  const stores = { sqsStore: new QueueStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  // Attached after loading, or loading would write everything again.
  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  for (const holder of [stores.sqsStore, ...stores.sqsStore.allQueues()]) holder.persistence = persistence;
  const app = buildApp({ logger: false, stores });
  app.addHook('onClose', async () => persistence.close());
  return { app, store: stores.sqsStore };
}
