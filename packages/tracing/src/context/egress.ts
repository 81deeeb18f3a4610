// Which requests carry context. HTTP headers of the mesh go to origins that were allowed by name (scheme, host and port), and to
// no other. A carrier that already holds context, as the headers do that a gateway passes on, loses it first.
import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { clearFields } from './clear.ts';
import { withTransport } from './transport.ts';

const allowed = new Set<string>();

/** Lets context go along with requests to the origin of `url`: one of the mesh's services. Throws a `TypeError` for no HTTP URL. */
export function allowOrigin(url: string): void {
  const origin = originOf(url);
  if (origin === undefined)
    throw new TypeError(`not an HTTP URL: ${url} (pass one such as http://host:8080)`);
  allowed.add(origin);
}

/** The origin as the URL standard writes it: host in lower case and Punycode, no default port, no user. `ws` counts as `http`. */
function originOf(url: string): string | undefined {
  const { origin } = URL.parse(url.replace(/^ws(s?:)/i, 'http$1')) ?? {};
  return origin === 'null' ? undefined : origin;
}

const isAllowed = (url: string): boolean => allowed.has(originOf(url) ?? '');

// A propagator does not learn where its carrier goes. The HTTP instrumentations call a hook with the request and then, in the same
// synchronous call, inject: the hook stores the destination, and the injection takes it. If no injection follows, the
// destination expires, since it would stop the next, unrelated injection.
let destination: string | undefined;

/** For the hooks with which the HTTP instrumentations begin a client span. */
export function setDestination(url: string): void {
  destination = url;
  queueMicrotask(() => {
    destination = undefined;
  });
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

/** Clears the fields of `inner` in the carrier and injects them, except into a request that leaves the mesh. */
export class EgressPropagator implements TextMapPropagator {
  readonly #inner: TextMapPropagator;
  constructor(inner: TextMapPropagator) {
    this.#inner = inner;
  }

  inject(ctx: Context, carrier: unknown, setter: TextMapSetter): void {
    const to = destination;
    destination = undefined;
    // A suppressed call belongs to another carrier, which has written its context: an SQS message, or a signed HTTP request.
    if (isTracingSuppressed(ctx)) return;
    clearFields(carrier, this.fields());
    if (to === undefined) this.#inner.inject(ctx, carrier, setter);
    else if (isAllowed(to)) this.#inner.inject(withTransport(ctx, 'http'), carrier, setter);
  }

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.#inner.extract(ctx, carrier, getter);
  }

  fields(): string[] {
    return this.#inner.fields();
  }
}
