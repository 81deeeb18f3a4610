import type { Caller } from '@trace-mesh/access/caller';
import type { Connection, Incoming } from '@trace-mesh/tracing/websocket';

/** Answers one message of a verified caller. refusal.ts converts a rejection to an `error` message. */
export type FrameHandler = (connection: Connection, message: Incoming, caller: Caller) => Promise<void>;
