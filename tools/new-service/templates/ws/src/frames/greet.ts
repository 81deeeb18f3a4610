import { requireScope } from '@trace-mesh/access/caller';
import { sendMessage } from '@trace-mesh/tracing/websocket';
import { z } from 'zod';
import type { FrameHandler } from './handler.ts';

/** In characters; a longer name is `malformed`. */
export const MAX_NAME_LENGTH = 100;

const Greet = z.object({ name: z.string().min(1).max(MAX_NAME_LENGTH) });

/** `greet { name }` is answered with `greeting { greeting }`, in the sender's trace. */
export const greet: FrameHandler = async (connection, { data }, caller) => {
  requireScope(caller, 'tasks:read');
  const { name } = Greet.parse(data);
  await sendMessage(connection, 'greeting', { greeting: `Hello, ${name}!` });
};
