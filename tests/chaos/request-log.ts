// What one caller of the load requested and received: the view of a user, which is compared with the stored state.
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';

export type Way = 'rest' | 'mcp';

/** How a task ended for its caller; `via` a push, a fetch after a reconnect, or the result of the tool call. */
export interface End {
  via: 'push' | 'fetch' | 'answer';
  status: 'done' | 'failed';
  result: string | null;
  costMicroUsd: number | null;
}

/** Times are `performance.now()`, in ms. */
export interface Asked {
  taskId: string;
  tenantId: string;
  way: Way;
  askedAt: number;
  /** When rest-api had answered 202; a tool call has no such moment. */
  acceptedAt?: number;
  /** How long the request that was accepted took, in ms. */
  postMs?: number;
  end?: End;
  endedAt?: number;
  /** Every push, the oldest first. */
  received: TaskEvent[];
  /** What went wrong before it went well, in few words each. */
  failures: string[];
  /** Why the caller is without an answer. */
  gaveUp?: string;
}

export function newAsked(taskId: string, tenantId: string, way: Way): Asked {
  return { taskId, tenantId, way, askedAt: performance.now(), received: [], failures: [] };
}

/** Notes the end, unless there is one: a user reads the first. */
export function noteEnd(asked: Asked, end: End): void {
  if (asked.end) return;
  asked.end = end;
  asked.endedAt = performance.now();
}
