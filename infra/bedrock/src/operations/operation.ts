import type { Behaviour } from '../behaviour.ts';
import type { Response } from '../exchange.ts';
import type { PromptCache } from '../prompt-cache.ts';

/** One call of the model, as its operation sees it. */
export interface ModelCall {
  readonly modelId: string;
  readonly body: string;
  readonly res: Response;
  readonly cache: PromptCache;
  readonly behaviour: Behaviour;
  /** When the call came in, on the clock of `performance.now()`. */
  readonly since: number;
  /** Fires when the caller leaves. */
  readonly left: AbortSignal;
}

/** Answers the call on its response. */
export type Operation = (call: ModelCall) => Promise<void> | void;

/** Whole milliseconds since the call came in. */
export function latencyOf(call: ModelCall): number {
  return Math.round(performance.now() - call.since);
}
