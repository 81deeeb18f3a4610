// Breaks what goes over the wire without any transport knowing: the propagator of the process under test, wrapped.
import {
  type Context,
  createContextKey,
  propagation,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { meshPropagator } from '@trace-mesh/tracing/propagator';

const WIRE = createContextKey('transport-tests.wire');

/** What goes over instead of the context; empty for nothing at all. */
export type Wire = Record<string, string>;

/** A context in which the next hop gets `wire`. */
export const withWire = (ctx: Context, wire: Wire): Context => ctx.setValue(WIRE, wire);

/** Replaces the global propagator by one that obeys `withWire` and is otherwise the mesh's. */
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
