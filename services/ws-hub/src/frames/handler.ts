import type { Connection, Incoming } from '@trace-mesh/tracing/websocket';
import type { Deps } from '../app.ts';

/** Answers one message. What it rejects with becomes an `error` message: `malformed` for a ZodError, else `internal`. */
export type Handler = (deps: Deps, connection: Connection, message: Incoming) => Promise<void>;
