import type { Caller } from '@trace-mesh/access/caller';
import type { Connection, Incoming } from '@trace-mesh/tracing/websocket';

/** Answers one message of a verified caller. What it rejects with becomes an `error` message, as refusal.ts words it. */
export type FrameHandler = (connection: Connection, message: Incoming, caller: Caller) => Promise<void>;
