// What every hop of the mesh carries: W3C trace context, W3C baggage and the MCP context, in this order. The last one
// only listens: for a caller that wants to be sampled.
import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator } from '@opentelemetry/core';
import { SamplingRequestPropagator } from '../sampling/request.ts';
import { BaggagePropagator } from './baggage.ts';
import { EgressPropagator } from './egress.ts';
import { McpPropagator } from './mcp-propagator.ts';
import { TraceContextPropagator } from './trace-context.ts';

let decorate = (inner: TextMapPropagator): TextMapPropagator => inner;

/**
 * Wraps the propagator that `meshPropagator` makes from now on, for a tool that observes or breaks carriers: it has to be
 * loaded before `register`. The wrapper sees no request that leaves the mesh, and finds the transport with `transportOf`.
 */
export function decoratePropagator(by: typeof decorate): void {
  decorate = by;
}

/** The composite propagator; `register` makes it the global one. */
export function meshPropagator(): TextMapPropagator {
  // The MCP context comes after the trace context: it adds its member to the tracestate that the first has written.
  const all = new CompositePropagator({
    propagators: [
      new TraceContextPropagator(),
      new BaggagePropagator(),
      new McpPropagator(),
      new SamplingRequestPropagator(),
    ],
  });
  return new EgressPropagator(decorate(all));
}
