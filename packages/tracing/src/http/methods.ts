// Request methods as attributes and names. https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name

const KNOWN = new Set('GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY'.split(' '));

/** The method as an attribute: `_OTHER` where it is unknown, since its text is the caller's. */
export const knownMethod = (method = 'GET'): string => (KNOWN.has(method) ? method : '_OTHER');

/** The method in the name of a span. */
export const methodName = (method: string): string => (method === '_OTHER' ? 'HTTP' : method);
