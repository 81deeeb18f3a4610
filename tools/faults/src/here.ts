// What a process of the mesh knows of the lab: the knobs in force here, and what it has sent and not yet told.
import { context, isSpanContextValid, type Span, trace } from '@opentelemetry/api';
import { type Knobs, NO_KNOBS } from './knobs.ts';
import type { Form, Transport, WireRecord } from './wire.ts';

/** How many records wait for the console at most; the oldest go. */
export const MAX_WAITING_RECORDS = 1_000;

/** Who this process is. */
export const service = process.env.OTEL_SERVICE_NAME ?? '';

let inForce = NO_KNOBS;
const waiting: WireRecord[] = [];
let onRecord = () => {};

/** The knobs as they stand now: to be asked for anew each time. */
export const knobs = (): Knobs => inForce;

/** Puts other knobs into force. */
export function turn(to: Knobs): void {
  inForce = to;
}

/** Whether this process leaves the context behind, over this transport. */
export const isDropped = (over: string): boolean =>
  inForce.drop.some((drop) => drop === `${service}:${over}`);

/** Notes what was sent in `span`, by default the running one; outside any trace there is nothing to note. */
export function tell(
  transport: Transport,
  form: Form,
  text: string,
  span: Span | undefined = trace.getSpan(context.active()),
): void {
  const sender = span?.spanContext();
  if (!sender || !isSpanContextValid(sender)) return;
  const { traceId, spanId } = sender;
  waiting.push({ service, transport, traceId, spanId, form, text });
  if (waiting.length > MAX_WAITING_RECORDS) waiting.shift();
  onRecord();
}

/** Takes up to `max` of the waiting records, the oldest first. */
export const takeRecords = (max: number): WireRecord[] => waiting.splice(0, max);

/** Has `listener` called for each new record; there is one listener. */
export function listenForRecords(listener: () => void): void {
  onRecord = listener;
}
