// The spans of OTLP in both encodings: https://opentelemetry.io/docs/specs/otlp/ and opentelemetry/proto/trace/v1/trace.proto
import { z } from 'zod';
import { check } from './input-error.ts';
import { Attributes, attributesOf, OtlpSpan, Text, toSpan } from './otlp-span.ts';
import type { Reading } from './reading.ts';

/** Not copied: a copy of a whole file would take its memory twice. */
export const List = z.custom<unknown[]>(Array.isArray, 'expected a list').nullish();
const Library = z.object({ name: Text, version: Text }).nullish();
const ScopeSpans = z.object({
  scope: Library,
  // Before OTLP 0.15 a scope was an instrumentation library.
  instrumentationLibrary: Library,
  spans: List,
});
const ResourceSpans = z.object({
  resource: z.object({ attributes: Attributes }).nullish(),
  scopeSpans: List,
  instrumentationLibrarySpans: List,
});

/**
 * Adds the spans of ResourceSpans, and takes them out of the given list.
 * @param form OTLP's encoding, for messages
 * @throws InputError for an entry that is not OTLP
 */
export function addResourceSpans(list: unknown[], form: string, from: string, into: Reading): void {
  take(list, (item, n) => {
    const at = `${from}.${n}`;
    const { resource: process, ...lists } = check(ResourceSpans, item, form, () => at);
    const resource = attributesOf(process?.attributes);
    for (const [key, scopes] of Object.entries(lists))
      for (const [m, scope] of (scopes ?? []).entries())
        addScopeSpans(scope, resource, { form, at: `${at}.${key}.${m}`, into });
  });
}

function addScopeSpans(
  given: unknown,
  resource: Record<string, unknown>,
  { form, at, into }: { form: string; at: string; into: Reading },
): void {
  const { scope, instrumentationLibrary, spans } = check(ScopeSpans, given, form, () => at);
  const name = resource['service.name'];
  const { name: library, version } = scope ?? instrumentationLibrary ?? {};
  const shared = {
    service: typeof name === 'string' && name !== '' ? name : 'unknown',
    resource,
    ...(library && { scope: { name: library, ...(version && { version }) } }),
  };
  take(spans ?? [], (item, n) => {
    const where = () => `${at}.spans.${n}`;
    into.add({ ...toSpan(check(OtlpSpan, item, form, where)), ...shared }, where);
  });
}

/** Reads each entry and frees it. */
function take(list: unknown[], read: (item: unknown, n: number) => void): void {
  for (let n = 0; n < list.length; n++) {
    read(list[n], n);
    list[n] = undefined;
  }
}
