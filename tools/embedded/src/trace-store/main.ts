// The trace store as a process. All traces are in memory and end with it.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { z } from 'zod';
import { createTraceStore } from './app.ts';
import { Forwarder, parseHeaders } from './forward.ts';

const env = z
  .object({
    HOST: z.string(),
    PORT: z.coerce.number(),
    FORWARD_URL: z.url().optional(),
    FORWARD_HEADERS: z.string().default(''),
  })
  .parse(process.env);

/**
 * How long an idle connection is kept, in ms. After Node's default of 5 s a busy reader can send its next request in the moment in
 * which the connection is closed, and that request fails.
 */
const KEEP_ALIVE_MS = 60_000;

/** The launcher prints what arrives on the lifeline. */
const warnUser = (line: string) => void writeSync(3, `${line}\n`);
const target = env.FORWARD_URL && { url: env.FORWARD_URL, headers: parseHeaders(env.FORWARD_HEADERS) };
const store = createTraceStore(target ? new Forwarder(target, warnUser) : undefined);
store.server.keepAliveTimeout = KEEP_ALIVE_MS;
store.server.listen(env.PORT, env.HOST);
await once(store.server, 'listening');

process.once('SIGTERM', () => void store.close());
