// Baggage from outside would travel through the whole mesh, so a public edge keeps only the keys on a list.
import { type Baggage, type Context, propagation } from '@opentelemetry/api';

/** The default list: labels that distinguish traffic; no key of it influences a decision. */
export const DEFAULT_BAGGAGE_ALLOW_LIST: readonly string[] = ['mesh.experiment', 'mesh.synthetic'];

/** `ctx` with only the allowed entries of its baggage, or without baggage if no entry is allowed. */
export function allowBaggage(ctx: Context, allowed: readonly string[] = DEFAULT_BAGGAGE_ALLOW_LIST): Context {
  const baggage = propagation.getBaggage(ctx);
  if (!baggage) return ctx;
  const kept = without(baggage, allowed);
  return kept.getAllEntries().length > 0 ? propagation.setBaggage(ctx, kept) : propagation.deleteBaggage(ctx);
}

function without(baggage: Baggage, allowed: readonly string[]): Baggage {
  const foreign = baggage.getAllEntries().flatMap(([key]) => (allowed.includes(key) ? [] : [key]));
  return baggage.removeEntries(...foreign);
}
