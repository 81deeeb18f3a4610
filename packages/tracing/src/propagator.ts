// What every hop of the mesh carries: W3C trace context, W3C baggage and the MCP context, in this order.
import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator } from '@opentelemetry/core';
import { BaggagePropagator } from './baggage.ts';
import { McpPropagator } from './mcp-propagator.ts';
import { TraceContextPropagator } from './trace-context.ts';

/** The composite propagator; `register` makes it the global one. */
export function meshPropagator(): TextMapPropagator {
  // The MCP context is last: it adds its member to the tracestate that the first has written.
  return new CompositePropagator({
    propagators: [new TraceContextPropagator(), new BaggagePropagator(), new McpPropagator()],
  });
}
