// The messages of the queue.
import { z } from 'zod';

/** The name of the queue in every deployment. */
export const QUEUE = '__name__';
/** In characters; a message with a longer name becomes a dead letter. */
export const MAX_NAME_LENGTH = 100;

export const GreetMessage = z.object({ name: z.string().min(1).max(MAX_NAME_LENGTH) });
export type GreetMessage = z.infer<typeof GreetMessage>;
