import type { Behaviour } from '../behaviour.ts';
import type { Response } from '../exchange.ts';
import type { PromptCache } from '../prompt-cache.ts';

export interface ModelCall {
  readonly modelId: string;
  readonly body: string;
  readonly res: Response;
  readonly cache: PromptCache;
  readonly behaviour: Behaviour;
  /** When the call arrived, on the clock of `performance.now()`. */
  readonly since: number;
  /** Aborts when the caller leaves. */
  readonly left: AbortSignal;
}

export type Operation = (call: ModelCall) => Promise<void> | void;

/** Whole milliseconds since the call arrived. */
export function latencyOf(call: ModelCall): number {
  return Math.round(performance.now() - call.since);
}
