// Baggage from outside would travel through the whole mesh at the caller's word: a public edge keeps what it knows.
import { type Baggage, type Context, propagation } from '@opentelemetry/api';

/** The keys that a public edge lets in unless it is told others: labels for telling traffic apart, none that decides. */
export const DEFAULT_BAGGAGE_ALLOW_LIST: readonly string[] = ['mesh.experiment', 'mesh.synthetic'];

/** `ctx` with the allowed entries of its baggage alone; without any where none is allowed. */
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
