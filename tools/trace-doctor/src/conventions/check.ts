// Checks spans against OpenTelemetry's semantic conventions. There are no exceptions: fix a span where it is made, or normalize
// an upstream instrumentation's in tracing's conventions.ts.
import type { Span } from '../trace.ts';
import type { ConventionRegistry, KnownAttribute } from './registry.ts';
import { signals } from './signals.ts';

// Tags that Jaeger derives from other parts of a span, not attributes.
const OF_JAEGER = /^(span\.kind|otel\.|error$|w3c\.|internal\.)/;

/** One sentence per problem of a span. */
export function checkSpan(span: Span, registry: ConventionRegistry): string[] {
  const where = `${span.service}: ${span.kind} span "${span.name}"`;
  return [...nameProblems(span), ...attributeProblems(span, registry), ...signalProblems(span)].map(
    (problem) => `${where} ${problem}`,
  );
}

// Span names must be low-cardinality: templates and fixed names, no ids or values.
const RAW: [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i, 'a UUID'],
  [/\b[0-9a-f]{16,}\b/i, 'a hexadecimal id'],
  [/(^|[\s/])\d+([\s/?]|$)/, 'a number'],
  [/\d+\.\d+\.\d+\.\d+/, 'an address'],
  [/[?&]\w*=/, 'a query'],
  [/^[a-z]+:\/\//i, 'a URL'],
];

/** What a span name contains that it should not, such as `a UUID`; undefined for a name of low cardinality. */
export const rawPartOf = (name: string): string | undefined =>
  RAW.find(([pattern]) => pattern.test(name))?.[1];

function nameProblems({ name }: Span): string[] {
  const raw = rawPartOf(name);
  return raw ? [`has ${raw} in its name`] : [];
}

function attributeProblems({ attributes }: Span, registry: ConventionRegistry): string[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    if (OF_JAEGER.test(key) || registry.templates.some((prefix) => key.startsWith(prefix))) return [];
    const known = registry.attributes.get(key);
    if (known) return knownProblems(key, value, known);
    const namespace = key.split('.', 1)[0] ?? '';
    return registry.namespaces.has(namespace) ? [`has ${key}, which no convention knows`] : [];
  });
}

function knownProblems(key: string, value: unknown, { deprecated, type }: KnownAttribute): string[] {
  if (deprecated !== undefined) return [`has ${key}, which is deprecated: ${deprecated}`];
  const given = typeOf(value, type);
  return type && given !== type ? [`has ${key} as ${given}, which is of type ${type}`] : [];
}

/** Jaeger has no list type; lists are JSON strings. */
function typeOf(value: unknown, wanted: KnownAttribute['type']): string {
  if (Array.isArray(value)) return 'array';
  const isList = wanted === 'array' && typeof value === 'string' && /^\[.*\]$/.test(value);
  return isList ? 'array' : typeof value;
}

function signalProblems(span: Span): string[] {
  const fitting = signals.filter((signal) => signal.is(span));
  const needsErrorType =
    fitting.length > 0 && span.status?.code === 'ERROR' && !('error.type' in span.attributes);
  const problems = fitting.flatMap((signal) => {
    const missing = signal.required(span).filter((key) => !(key in span.attributes));
    const kinds = signal.kinds(span);
    const names = signal.names?.(span);
    return [
      ...missing.map((key) => `has no ${key}, which ${signal.name} requires`),
      ...(kinds.includes(span.kind)
        ? []
        : [`is of the wrong kind: ${signal.name} wants ${kinds.join(' or ') || 'none'}`]),
      ...(names && !names.includes(span.name) ? [`should be named "${names.join('" or "')}"`] : []),
    ];
  });
  return [...problems, ...(needsErrorType ? ['failed and has no error.type'] : [])];
}
