// The knobs in force in this process, and what it has injected and not yet reported.
import { isSpanContextValid, type Span } from '@opentelemetry/api';
import type { Carrier } from '@trace-mesh/tracing/carrier';
import { type Fault, faultsOfService } from './faults.ts';
import { type Knobs, NO_KNOBS } from './knobs.ts';

/** The most injections that wait to be reported; the oldest are discarded. */
export const MAX_WAITING = 1_000;

/** The name of this process. */
export const service = process.env.OTEL_SERVICE_NAME ?? '';
const faults = faultsOfService(service);

/** What was written for a transport, by the span that sent it. */
export interface Injection {
  transport: string;
  traceId: string;
  spanId: string;
  carrier: Carrier;
}

let inForce = NO_KNOBS;
const waiting: Injection[] = [];
let onInjection = () => {};

/** The knobs at this moment: read them anew for each use. */
export const knobs = (): Knobs => inForce;

export function setKnobs(to: Knobs): void {
  inForce = to;
}

/** Whether a fault that `applies` is in force here. */
export const isBroken = (applies: (fault: Fault) => boolean): boolean =>
  inForce.drop.length > 0 &&
  faults.some((fault) => inForce.drop.includes(`${service}:${fault.name}`) && applies(fault));

/** The service with such a fault in force, this one or another. */
export const serviceWith = (loses: Fault['loses']): string | undefined =>
  inForce.drop
    .map((knob) => knob.split(':'))
    .find(([of = '', name]) => faultsOfService(of).some((f) => f.name === name && f.loses === loses))?.[0];

/** A span's name as `Fault.spans` matches it; a span that is not recorded has none. */
export function nameOf(span: Span | undefined): string {
  const { name = '', instrumentationScope } = (span ?? {}) as {
    name?: string;
    instrumentationScope?: { name: string };
  };
  return `${instrumentationScope?.name ?? ''} ${name}`;
}

/** Keeps what `span` sent until it is reported; outside any trace there is nothing to keep. */
export function keepInjection(transport: string, span: Span | undefined, carrier: Carrier): void {
  const sender = span?.spanContext();
  if (!sender || !isSpanContextValid(sender)) return;
  const { traceId, spanId } = sender;
  waiting.push({ transport, traceId, spanId, carrier });
  if (waiting.length > MAX_WAITING) waiting.shift();
  onInjection();
}

/** Removes and returns up to `max` of them, the oldest first. */
export const takeInjections = (max: number): Injection[] => waiting.splice(0, max);

/** Calls `listener` for each new injection, in place of an earlier listener. */
export function onNewInjection(listener: () => void): void {
  onInjection = listener;
}
