// What stands between two services, or behind one, and makes no spans of its own: for whoever draws the mesh. Data alone.

/** Where a message waits between its two ends, by its edge's transport. */
export const VIA: Record<string, string> = {
  sqs: 'SQS',
  outbox: 'SQS',
  redis: 'Redis',
  'redis-stream': 'Redis',
};

/** What a client span leads to, by its edge's transport. */
export const STORE_OF: Record<string, string> = { bedrock: 'Bedrock', postgres: 'Postgres', redis: 'Redis' };
