// The mesh's trace store, as a process: everything in memory, gone when it ends.
import { once } from 'node:events';
import { z } from 'zod';
import { tellPerson } from '../tell-person.ts';
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

const forwarder =
  env.FORWARD_URL &&
  new Forwarder({ url: env.FORWARD_URL, headers: parseHeaders(env.FORWARD_HEADERS) }, tellPerson);
const store = createTraceStore(forwarder || undefined);
store.server.listen(env.PORT, env.HOST);
await once(store.server, 'listening');

process.once('SIGTERM', () => void store.close());
