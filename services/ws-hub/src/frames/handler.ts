import type { Caller } from '@trace-mesh/access/caller';
import type { Connection, Incoming } from '@trace-mesh/tracing/websocket';
import type { Deps } from '../deps.ts';

/** Answers one message of a verified caller. A rejection becomes an `error` message; see refusal.ts. */
export type FrameHandler = (
  deps: Deps,
  connection: Connection,
  message: Incoming,
  caller: Caller,
) => Promise<void>;
