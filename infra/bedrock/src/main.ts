// The double of Bedrock Runtime as a process: it stands apart from the mesh, as AWS does, and is not traced.
import { once } from 'node:events';
import { pino } from 'pino';
import { createApp } from './app.ts';
import { loadConfig } from './config.ts';
import { listen } from './listen.ts';

const log = pino({ name: 'bedrock-double' });

try {
  const config = loadConfig(process.env);
  await using server = await listen(createApp({ log }), { host: config.HOST, port: config.PORT });
  log.info({ url: server.url }, 'listening');
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
} catch (error) {
  log.fatal((error as Error).message);
  process.exitCode = 1;
}
