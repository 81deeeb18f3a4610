// Replaces the context on the wire of any transport by wrapping the propagator of the process under test.
import {
  type Context,
  createContextKey,
  propagation,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { meshPropagator } from '@trace-mesh/tracing/propagator';

const WIRE = createContextKey('transport-tests.wire');

/** The fields that replace the context; empty for none. */
export type Wire = Record<string, string>;

/** A context from which `wire` is injected. */
export const withWire = (ctx: Context, wire: Wire): Context => ctx.setValue(WIRE, wire);

/** Wraps the global propagator to support `withWire`. */
export function tamperWithPropagation(): void {
  propagation.disable();
  propagation.setGlobalPropagator(tampering(meshPropagator()));
}

function tampering(propagator: TextMapPropagator): TextMapPropagator {
  return {
    inject(ctx: Context, carrier: unknown, setter: TextMapSetter) {
      const wire = ctx.getValue(WIRE) as Wire | undefined;
      if (!wire) return propagator.inject(ctx, carrier, setter);
      for (const [key, value] of Object.entries(wire)) setter.set(carrier, key, value);
    },
    extract: (ctx, carrier, getter) => propagator.extract(ctx, carrier, getter),
    fields: () => propagator.fields(),
  };
}
