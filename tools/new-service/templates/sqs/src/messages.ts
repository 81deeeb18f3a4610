// What this service takes from its queue.
import { z } from 'zod';

/** The queue's name, in every deployment. */
export const QUEUE = '__name__';
/** The longest name that is greeted, in characters; a message with a longer one is a dead letter. */
export const MAX_NAME_LENGTH = 100;

export const GreetMessage = z.object({ name: z.string().min(1).max(MAX_NAME_LENGTH) });
export type GreetMessage = z.infer<typeof GreetMessage>;
