// Context in the headers of an outgoing request. What they hold already, as in a gateway that passes headers on, is removed.
import type { ClientRequest } from 'node:http';
import { type Context, propagation, type TextMapSetter } from '@opentelemetry/api';
import { injectTo } from '../context/egress.ts';

/** A request as undici publishes it: its headers alternate in an array, or are text. */
export interface FetchRequest {
  origin: string | URL;
  method: string;
  path: string;
  headers: string | (string | string[])[];
  addHeader(name: string, value: string): void;
}

const addHeader: TextMapSetter<FetchRequest> = {
  set: (request, name, value) => request.addHeader(name, value),
};
const setHeader: TextMapSetter<ClientRequest> = {
  set: (request, name, value) => void request.setHeader(name, value),
};

/** Writes `ctx` into the headers of a `fetch` request. */
export function injectFetch(request: FetchRequest, ctx: Context): void {
  const fields = propagation.fields();
  const isOurs = (name: unknown) => typeof name === 'string' && fields.includes(name.toLowerCase());
  const { headers } = request;
  if (typeof headers === 'string') {
    const lines = headers.split('\r\n');
    request.headers = lines.filter((line) => !isOurs(line.slice(0, line.indexOf(':')))).join('\r\n');
  } else if (headers.some((name, i) => i % 2 === 0 && isOurs(name))) {
    request.headers = headers.filter((_, i) => !isOurs(headers[i - (i % 2)]));
  }
  injectTo(String(request.origin), ctx, request, addHeader);
}

/** Writes `ctx` into the headers of a request of `node:http` to `origin`. */
export function injectRequest(request: ClientRequest, origin: string, ctx: Context): void {
  const fields = propagation.fields();
  if (request.headersSent) {
    rewriteHead(request, origin, ctx, fields);
  } else {
    for (const field of fields) if (request.hasHeader(field)) request.removeHeader(field);
    injectTo(origin, ctx, request, setHeader);
  }
}

/** Headers that were given as an array, or with `Expect`, are text when the request is published; it is not sent yet. */
function rewriteHead(request: ClientRequest, origin: string, ctx: Context, fields: string[]): void {
  const carrier: Record<string, string> = {};
  injectTo(origin, ctx, carrier);
  const sent = request as unknown as { _header: string; outputData: { data: unknown }[] };
  const { _header: head } = sent;
  const lines = head
    .split('\r\n')
    .filter((line, i) => i === 0 || !fields.includes(line.slice(0, line.indexOf(':')).toLowerCase()));
  lines.splice(-2, 0, ...Object.entries(carrier).map(([name, value]) => `${name}: ${value}`));
  sent._header = lines.join('\r\n');
  for (const piece of sent.outputData) if (piece.data === head) piece.data = sent._header;
}
