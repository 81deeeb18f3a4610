// Finds spans whose tenant is not that of the span above: something of one call was sent with another. A caller that acts for other
// tenants may be right, so the rule has to be asked for.
import { label, printable } from '../selector.ts';
import { indexSpans, type SpanIndex } from '../span-index.ts';
import type { Span, Trace } from '../trace.ts';
import { type Diagnosis, diagnosis } from './types.ts';

/** One diagnosis for each span whose tenant differs from that of its nearest ancestor with one. */
export function changedTenants({ spans }: Trace): Diagnosis[] {
  const index = indexSpans(spans);
  return spans.flatMap((span) => {
    const tenant = tenantOf(span);
    const above = tenant === undefined ? undefined : nearestWithTenant(span, index);
    if (!above || tenantOf(above) === tenant) return [];
    const text =
      `${label(span)} works for tenant ${printable(String(tenant))}, and ${label(above)} above it for ` +
      `${printable(String(tenantOf(above)))}: what the caller sent is of another call`;
    return [diagnosis({ cause: 'tenant-changed', text }, [above, span])];
  });
}

const tenantOf = ({ attributes }: Span) => attributes['mesh.tenant.id'];

function nearestWithTenant(span: Span, index: SpanIndex): Span | undefined {
  const seen = new Set([span]);
  for (let at = index.parentOf(span); at && !seen.has(at); at = index.parentOf(at)) {
    if (tenantOf(at) !== undefined) return at;
    seen.add(at);
  }
  return undefined;
}
