// Parts of the mesh that make no spans, for diagrams: brokers between services, and stores behind them.

/** Where a message waits between its two ends, by its edge's transport. */
export const VIA: Record<string, string> = {
  sqs: 'SQS',
  outbox: 'SQS',
  redis: 'Redis',
  'redis-stream': 'Redis',
};

/** What a client span leads to, by its edge's transport. */
export const STORE_OF: Record<string, string> = { bedrock: 'Bedrock', postgres: 'Postgres', redis: 'Redis' };
