// What was seen: all traces, indexed once for all rules.
import { indexSpans, type SpanIndex } from '../span-index.ts';
import type { Span, Trace } from '../trace.ts';

export type Resource = Readonly<Record<string, unknown>>;

export interface ServiceSeen {
  /** `service.name`; empty where a reader found none. */
  name: string;
  spans: readonly Span[];
  /** Each resource once, if the reader shares it; none where its format has no resources. */
  resources: readonly Resource[];
  /** `telemetry.sdk.language`, if a resource has it. */
  language?: string;
}

export interface Seen {
  traces: readonly Trace[];
  spans: readonly Span[];
  index: SpanIndex;
  services: readonly ServiceSeen[];
  /** `telemetry.sdk.language` of the process that made the span. */
  languageOf(span: Span): string | undefined;
}

/** Indexes the traces. Takes time and memory in proportion to the spans. */
export function see(traces: readonly Trace[]): Seen {
  const spans = traces.flatMap((trace) => trace.spans);
  const byService = Map.groupBy(spans, ({ service }) => service);
  const services = [...byService].map(([name, own]) => seeService(name, own));
  const languages = new Map(services.map(({ name, language }) => [name, language]));
  return {
    traces,
    spans,
    index: indexSpans(spans),
    services,
    languageOf: ({ service }) => languages.get(service),
  };
}

/** An attribute of a span as text; undefined if it is absent or empty. */
export const text = (span: Span, key: string): string | undefined => {
  const value = span.attributes[key];
  return value === undefined || value === '' ? undefined : String(value);
};

function seeService(name: string, spans: readonly Span[]): ServiceSeen {
  const resources = [...new Set(spans.flatMap(({ resource }) => (resource ? [resource] : [])))];
  const language = resources
    .map((own) => own['telemetry.sdk.language'])
    .find((own) => typeof own === 'string');
  return { name, spans, resources, ...(language && { language }) };
}
