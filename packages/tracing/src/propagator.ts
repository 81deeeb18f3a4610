// What every hop of the mesh carries: W3C trace context, W3C baggage and the MCP context, in this order.
import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { McpPropagator } from './mcp-propagator.ts';

/** The composite propagator; `register` makes it the global one. */
export function meshPropagator(): TextMapPropagator {
  return new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator(), new McpPropagator()],
  });
}
