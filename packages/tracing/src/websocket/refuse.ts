// The span of a refused handshake, since no instrumentation covers an upgrade.
import type { IncomingMessage } from 'node:http';
import { context, type HrTime, type Span, SpanKind } from '@opentelemetry/api';
import { extractFromOutside } from '../context/carrier.ts';
import { knownMethod, methodName } from '../http/methods.ts';
import { hrNow, startSpan } from '../spans/span.ts';
import { readHandshake } from './handshake-carrier.ts';

/** The path of a request line; `/` for a target that is not a URL, such as `//`. */
export const pathOf = ({ url = '/' }: Pick<IncomingMessage, 'url'>): string =>
  URL.parse(url, 'ws://localhost')?.pathname ?? '/';

export interface RefusedHandshake {
  /** The HTTP status of the answer. */
  status: number;
  /** The path of the server's sockets, if the request asked for it. */
  route?: string | undefined;
  /** When the request arrived: `hrNow()`. */
  startTime: HrTime;
}

/**
 * Runs `answer` in the SERVER span of a refused handshake, the child of the client's span. The client is not verified, so only
 * its trace is used. `answer` marks the span if the failure is the server's.
 */
export function withRefusedHandshake(
  request: IncomingMessage,
  { status, route, startTime }: RefusedHandshake,
  answer: (span: Span) => void,
): void {
  const method = knownMethod(request.method);
  const { span, ctx } = startSpan([methodName(method), ...(route ? [route] : [])].join(' '), {
    kind: SpanKind.SERVER,
    startTime,
    parent: extractFromOutside(readHandshake(request).carrier),
    attributes: {
      'http.request.method': method,
      'http.request.method_original': method === '_OTHER' ? request.method : undefined,
      ...(route && { 'http.route': route }),
      'http.response.status_code': status,
      'url.path': pathOf(request),
      'url.scheme': 'ws',
    },
  });
  try {
    context.with(ctx, answer, undefined, span);
  } finally {
    span.end(hrNow());
  }
}
