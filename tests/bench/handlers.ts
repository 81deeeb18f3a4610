// The measured handlers: one row for each.
import { type Caller, httpCaller } from './callers.ts';

export interface Handler {
  summary: string;
  /** What of the embedded mesh it needs. */
  needs: readonly ('migrations' | 'redis' | 'queue')[];
  open(port: number): Promise<Caller> | Caller;
}

export const handlers = {
  empty: {
    summary: 'an express handler that answers a constant',
    needs: [],
    open: (port) => httpCaller(port),
  },
  'pg-redis': {
    summary: 'one SELECT, one SET, one GET',
    needs: ['migrations', 'redis'],
    open: (port) => httpCaller(port),
  },
} satisfies Record<string, Handler>;

export type HandlerName = keyof typeof handlers;
