// rest-api: takes tasks over HTTP, prices them over gRPC, stores them in Postgres and queues them through an outbox.
import { createAuthenticator, recogniseBy } from '@trace-mesh/access/authenticator';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { createServiceTokens } from '@trace-mesh/access/service-tokens';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { runService } from '@trace-mesh/tracing/lifecycle';
import { listen } from '@trace-mesh/tracing/listen';
import { openDatabase } from '@trace-mesh/tracing/postgres';
import { openPostgresProbe } from '@trace-mesh/tracing/postgres-probe';
import { findQueue, openSqs, queueAnswers } from '@trace-mesh/tracing/sqs-client';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { relayOutbox } from './outbox.ts';
import { startOutboxRelay } from './outbox-relay.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const authenticator = createAuthenticator(config);
  recogniseBy(authenticator);
  const limiter = createRateLimiter(config.RATE_LIMIT_PER_SECOND);
  const tokens = createServiceTokens('rest-api', config.KEYS_DIR);
  const db = use(openDatabase(config.DATABASE_URL, logger));
  const postgres = use(openPostgresProbe(config.DATABASE_URL, logger));
  const ledger = use(connectLedger(config.COST_LEDGER_ADDRESS));
  const sqs = use(openSqs(config.SQS_ENDPOINT));
  const queue = await findQueue(sqs, config.TASK_QUEUE);
  const relay = use(startOutboxRelay(() => relayOutbox(db, sqs, queue, logger), logger));
  const app = createApp({
    db,
    ledger,
    tokens,
    relay,
    queue,
    logger,
    authenticator,
    limiter,
    allowedHosts: config.ALLOWED_HOSTS,
  });
  use(await listen(app, { host: config.HOST, port: config.PORT }));
  readyWhen('postgres', () => postgres.answers());
  readyWhen('cost-ledger', () => ledger.answers());
  readyWhen('queue', () => queueAnswers(sqs, queue));
});
