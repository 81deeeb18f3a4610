// The double of Bedrock Runtime as a process, without tracing, as AWS is.
import { once } from 'node:events';
import { pino } from 'pino';
import { z } from 'zod';
import { createApp } from './app.ts';
import { listen } from './listen.ts';

const Config = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('expected a port number, such as 8084').int().min(0).max(65_535),
});

const log = pino({ name: 'bedrock-double' });
try {
  const { data, error } = Config.safeParse(process.env);
  if (error) {
    const problems = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`invalid environment: ${problems.join('; ')}`);
  }
  await using server = await listen(createApp({ log }), { host: data.HOST, port: data.PORT });
  log.info({ url: server.url }, 'listening');
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
} catch (error) {
  log.fatal((error as Error).message);
  process.exitCode = 1;
}
