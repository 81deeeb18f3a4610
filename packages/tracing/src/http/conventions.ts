// What the HTTP instrumentation does not name as the conventions do; applied by sdk/conventions.ts.
import type { Span } from '@opentelemetry/sdk-trace';

/**
 * The name of a span whose method is unknown begins with `HTTP`, since the method's text is the caller's.
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name
 */
export function normalizeHttp(span: Span): void {
  const { 'http.request.method': method, 'http.route': route } = span.attributes;
  if (method === '_OTHER') span.updateName(typeof route === 'string' ? `HTTP ${route}` : 'HTTP');
}
