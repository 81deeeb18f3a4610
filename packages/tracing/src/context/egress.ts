// Which HTTP requests carry context: only those to allowed origins (scheme, host and port). Context that a carrier already
// holds, such as headers that a gateway forwards, is removed first.
import {
  type Context,
  defaultTextMapSetter,
  propagation,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { clearFields } from './clear.ts';
import { withTransport } from './transport.ts';

const allowed = new Set<string>();

/** Allows context in requests to the origin of `url`. Throws a `TypeError` if `url` is not an HTTP URL. */
export function allowOrigin(url: string): void {
  const origin = originOf(url);
  if (origin === undefined)
    throw new TypeError(`not an HTTP URL: ${url} (pass one such as http://host:8080)`);
  allowed.add(origin);
}

/** The origin by the URL standard: host in lower case and Punycode, no default port, no user. `ws` counts as `http`. */
function originOf(url: string): string | undefined {
  const { origin } = URL.parse(url.replace(/^ws(s?:)/i, 'http$1')) ?? {};
  return origin === 'null' ? undefined : origin;
}

const isAllowed = (url: string): boolean => allowed.has(url) || allowed.has(originOf(url) ?? '');

// A propagator does not receive the carrier's destination. The HTTP instrumentations call a hook with the request and then, in
// the same synchronous call, inject: the hook stores the destination for the injection. Without an injection it expires, since
// it would stop the next, unrelated one.
let destination: string | undefined;

/** For the hooks that the HTTP instrumentations call when they start a client span. */
export function setDestination(url: string): void {
  destination = url;
  queueMicrotask(() => {
    destination = undefined;
  });
}

/** Injects `ctx` into a carrier that goes to `origin`; nothing where that leaves the mesh. */
export function injectTo<Carrier>(
  origin: string,
  ctx: Context,
  carrier: Carrier,
  setter: TextMapSetter<Carrier> = defaultTextMapSetter,
): void {
  destination = origin;
  propagation.inject(ctx, carrier, setter);
  destination = undefined;
}

/** The URL of a request in the options of `node:http`, whose host may be an IPv6 address without brackets. */
export function urlOf(request: {
  protocol?: string | null | undefined;
  hostname?: string | null | undefined;
  host?: string | null | undefined;
  port?: string | number | null | undefined;
}): string {
  const host = request.hostname || request.host || 'localhost';
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${request.protocol || 'http:'}//${bracketed}${request.port ? `:${request.port}` : ''}`;
}

/** Clears the fields of `inner` in the carrier, and injects them unless the request leaves the mesh. */
export function withEgress(inner: TextMapPropagator): TextMapPropagator {
  const fields = inner.fields();
  return {
    inject(ctx, carrier, setter) {
      const to = destination;
      destination = undefined;
      // A suppressed call belongs to another carrier, which has written its context: an SQS message, or a signed HTTP request.
      if (isTracingSuppressed(ctx)) return;
      clearFields(carrier, fields);
      if (to === undefined) inner.inject(ctx, carrier, setter);
      else if (isAllowed(to)) inner.inject(withTransport(ctx, 'http'), carrier, setter);
    },
    extract: (ctx, carrier, getter) => inner.extract(ctx, carrier, getter),
    fields: () => fields,
  };
}
