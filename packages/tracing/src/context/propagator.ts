// The propagators of every hop: W3C trace context and W3C baggage, or the formats of `OTEL_PROPAGATORS`, and the MCP context.
// The last one only reads a caller's request to be sampled. decisions/029-other-propagators.md
import { isSpanContextValid, type TextMapPropagator, trace } from '@opentelemetry/api';
import { CompositePropagator } from '@opentelemetry/core';
import { SamplingRequestPropagator } from '../sampling/request.ts';
import { loadSdk } from '../sdk/cjs.ts';
import { BaggagePropagator } from './baggage.ts';
import { withEgress } from './egress.ts';
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

type Make = () => TextMapPropagator;

/** The values of `OTEL_PROPAGATORS` that add a format to a carrier. */
const FORMATS: Record<string, Make> = {
  tracecontext: () => new TraceContextPropagator(),
  baggage: () => new BaggagePropagator(),
  b3: () => otherFormat(new (loadSdk('propagator-b3').B3Propagator)()),
  b3multi: () => {
    const { B3InjectEncoding, B3Propagator } = loadSdk('propagator-b3');
    return otherFormat(new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }));
  },
  jaeger: () => otherFormat(new (loadSdk('propagator-jaeger').JaegerPropagator)()),
  xray: () => otherFormat(new (loadSdk('propagator-aws-xray').AWSXRayPropagator)()),
};

/**
 * The composite propagator; `register` makes it the global one. `formats` is the value of `OTEL_PROPAGATORS`: of several
 * formats in one carrier the last in the list gives the parent. The MCP context is carried with all of them; `none` carries
 * nothing. Throws an Error that names the variable for any other value.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function meshPropagator(formats = 'tracecontext,baggage'): TextMapPropagator {
  const names = formats.split(',').map((name) => name.trim());
  if (names.join() === 'none') return new CompositePropagator();
  const propagators = names.map((name) => {
    const make = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (make) return make();
    const known = [...Object.keys(FORMATS), 'none'].join(', ');
    throw new Error(`OTEL_PROPAGATORS: ${formats} is not supported: use a list of ${known}`);
  });
  // The MCP context comes after the trace context: it adds its member to the tracestate that the first has written.
  const all = new CompositePropagator({
    propagators: [...propagators, new McpPropagator(), new SamplingRequestPropagator()],
  });
  return withEgress(decorate(all));
}

/** A format of another library, some of which put malformed ids into the context: such a carrier has no parent here. */
const otherFormat = (inner: TextMapPropagator): TextMapPropagator => ({
  inject: (...args) => inner.inject(...args),
  fields: () => inner.fields(),
  extract(ctx, ...from) {
    const extracted = inner.extract(ctx, ...from);
    const parent = trace.getSpanContext(extracted);
    return !parent || isSpanContextValid(parent) ? extracted : ctx;
  },
});
