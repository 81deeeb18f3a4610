// Finds clock skew between services: a child in another service that starts before its parent, or a call that starts after
// its caller ended.
import { label, ms } from './selector.ts';
import { indexSpans } from './span-index.ts';
import { endUs, type Span, type SpanRef, type Trace } from './trace.ts';

/** Clock differences up to this, in µs, are not reported. */
export const CLOCK_TOLERANCE_US = 5_000;

export interface ClockSkew {
  service: string;
  /** The service whose clock it is compared with. */
  against: string;
  /** How far the clock of `service` is ahead, in µs; negative if behind. An estimate: see `offsetOf`. */
  offsetUs: number;
  /** The span with the largest offset. */
  span: SpanRef;
  text: string;
}

/** The largest offset above the tolerance for each pair of services. */
export function clockSkews(trace: Trace, toleranceUs = CLOCK_TOLERANCE_US): ClockSkew[] {
  const index = indexSpans(trace.spans);
  const worst = new Map<string, { child: Span; parent: Span; offsetUs: number }>();
  for (const child of trace.spans) {
    const parent = index.parentOf(child);
    if (!parent || parent.service === child.service) continue;
    const offsetUs = offsetOf(child, parent, toleranceUs);
    const pair = `${parent.service} ${child.service}`;
    const known = worst.get(pair);
    if (offsetUs !== 0 && Math.abs(offsetUs) > Math.abs(known?.offsetUs ?? 0))
      worst.set(pair, { child, parent, offsetUs });
  }
  return [...worst.values()].map(({ child, parent, offsetUs }) => {
    const { traceId, spanId } = child;
    const far = `${ms(Math.abs(offsetUs))} ${offsetUs < 0 ? 'behind' : 'ahead of'}`;
    const text = `the clock of ${child.service} is about ${far} that of ${parent.service}: ${outside(child, parent)}`;
    return { service: child.service, against: parent.service, offsetUs, span: { traceId, spanId }, text };
  });
}

/**
 * 0 if the times are possible. A call is assumed to lie in the middle of its caller's span; a message only cannot arrive
 * before it is sent.
 */
function offsetOf(child: Span, parent: Span, toleranceUs: number): number {
  const early = child.startUs - parent.startUs;
  const isCall = parent.kind === 'client' && child.kind === 'server';
  const late = isCall && !mayBeOverBefore(child, parent) ? child.startUs - endUs(parent) : 0;
  if (early >= -toleranceUs && late <= toleranceUs) return 0;
  const spareUs = parent.durationUs - child.durationUs;
  return early - (isCall ? Math.max(spareUs, 0) / 2 : 0);
}

/** A caller that gave up may end before its callee starts; a WebSocket server starts its span when the socket is open. */
const mayBeOverBefore = (child: Span, parent: Span) =>
  parent.status?.code === 'ERROR' || child.attributes['http.response.status_code'] === 101;

function outside(child: Span, parent: Span): string {
  const early = parent.startUs - child.startUs;
  const by = early > 0 ? `${ms(early)} before` : `${ms(child.startUs - endUs(parent))} after the end of`;
  return `${label(child)} begins ${by} its parent ${label(parent)}`;
}
