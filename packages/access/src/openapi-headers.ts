// The headers that every operation of an HTTP edge reads and answers, each a component of the document.
import { z } from 'zod';
import 'zod-openapi';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Request headers. A malformed one is ignored, so no schema restricts it. */
const request = (id: string, description: string, example?: string) =>
  z
    .string()
    .optional()
    .meta({ description, param: { id: `Request-${id}` }, ...(example && { examples: [example] }) });

const TRACE_HEADERS = {
  traceparent: request(
    'traceparent',
    'W3C Trace Context: the request continues this trace. A malformed one is ignored.',
    `00-${TRACE_ID}-00f067aa0ba902b7-01`,
  ),
  tracestate: request('tracestate', 'W3C Trace Context: what vendors add to it.', 'vendor=value'),
  baggage: request('baggage', 'W3C Baggage. Of a caller outside the mesh only allowed keys are kept.'),
  'X-Request-ID': request(
    'X-Request-ID',
    'The id of the request. Kept if it is 1 to 128 of A-Z a-z 0-9 _ . : -, else replaced.',
  ),
};
const ifNoneMatch = request('If-None-Match', 'The ETag of an earlier answer; 304 if it has not changed.');

/** The request headers of every operation with this method. */
export const requestHeaders = (method: string) => ({
  ...TRACE_HEADERS,
  ...(method === 'GET' && { 'If-None-Match': ifNoneMatch }),
});

const response = (id: string, description: string, example?: string) =>
  z.string().meta({ description, header: { id }, ...(example && { examples: [example] }) });
const optional = (id: string, description: string, example?: string) =>
  z
    .string()
    .optional()
    .meta({ description, header: { id }, ...(example && { examples: [example] }) });

const IDS = {
  'X-Trace-ID': optional('X-Trace-ID', 'The trace of the request; missing if tracing is off.', TRACE_ID),
  'X-Request-ID': response('X-Request-ID', 'The id of the request.'),
};
const retryAfter = { 'Retry-After': response('Retry-After', 'How long to wait, in seconds.', '1') };
const BY_STATUS: Record<number, z.ZodRawShape> = {
  202: { Location: response('Location', 'The path of what was created.') },
  401: { 'WWW-Authenticate': response('WWW-Authenticate', 'The challenge of RFC 6750.', 'Bearer') },
  403: { 'WWW-Authenticate': optional('Missing-Scope', 'The challenge of RFC 6750, for a missing scope.') },
  405: { Allow: response('Allow', 'The methods of the path.', 'GET, HEAD') },
  429: retryAfter,
  503: retryAfter,
};
const etag = { ETag: response('ETag', 'The version of the answer, for If-None-Match.') };

/** The headers of a response; an answer to GET has an ETag. */
export const responseHeaders = (status: number, { hasETag = false } = {}) =>
  z.object({ ...IDS, ...BY_STATUS[status], ...(hasETag && etag) });
