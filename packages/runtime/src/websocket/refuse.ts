// The answer to a WebSocket upgrade that is refused: a problem document with the trace id, written in the SERVER span.
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { toProblem } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import { activeTraceId, recordError } from '@trace-mesh/tracing/span';
import { type RefusedHandshake, withRefusedHandshake } from '@trace-mesh/tracing/websocket';

/** RFC 9457's members, and headers. */
export interface Refusal {
  status: number;
  title: string;
  detail: string;
  headers?: Record<string, string>;
}

/** An upgrade that is not answered yet. */
export interface Upgrade extends Omit<RefusedHandshake, 'status'> {
  request: IncomingMessage;
  socket: Socket;
}

/** Answers and closes the connection. A status of 500 or more marks the span as failed. */
export function refuse(
  { request, socket, ...known }: Upgrade,
  error: unknown,
  { status, title, detail, headers = {} }: Refusal,
): void {
  withRefusedHandshake(request, { ...known, status }, (span) => {
    if (status >= 500) recordError(span, error);
    const problem = toProblem(wrapErrorWithTrace(error, { code: title, message: detail }), status, title);
    const traceId = activeTraceId();
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    response.writeHead(status, {
      ...headers,
      ...(traceId && { 'x-trace-id': traceId }),
      'content-type': 'application/problem+json',
      connection: 'close',
    });
    response.end(JSON.stringify(problem), () => socket.destroySoon());
  });
}
