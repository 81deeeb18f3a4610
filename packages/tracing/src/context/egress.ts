// What leaves the trust boundary: nothing of ours. HTTP headers go to the origins that were allowed by name (scheme, host and
// port), and every other request, to AWS or to whomever, has its span and not one header.
import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';

const allowed = new Set<string>();

/** Lets context go along with requests to the origin of `url`, one of the mesh's own services. */
export function allowOrigin(url: string): void {
  allowed.add(new URL(url).origin);
}

/** Whether context may go to the origin of `url`. */
const isAllowedOrigin = (url: string): boolean => URL.canParse(url) && allowed.has(new URL(url).origin);

// A propagator is told nothing of where a carrier goes. The HTTP instrumentations call a hook with the request and, later in
// the same synchronous call, inject: the hook leaves the destination here, and the injection takes it away. Where none
// follows it is gone with that call, or it would keep the context from whatever is sent next.
let destination: string | undefined;

/** For the hooks with which the HTTP instrumentations begin a client span. */
export function headFor(url: string): Record<string, never> {
  destination = url;
  queueMicrotask(() => {
    destination = undefined;
  });
  return {};
}

/** The URL of a request as `node:http` takes it. */
export function urlOf(request: {
  protocol?: string | null | undefined;
  hostname?: string | null | undefined;
  host?: string | null | undefined;
  port?: string | number | null | undefined;
}): string {
  const host = request.hostname ?? request.host ?? '';
  return `${request.protocol ?? 'http:'}//${host}${request.port ? `:${request.port}` : ''}`;
}

/** Injects what `inner` does, but nothing into a request that leaves the mesh. */
export class EgressPropagator implements TextMapPropagator {
  readonly #inner: TextMapPropagator;
  constructor(inner: TextMapPropagator) {
    this.#inner = inner;
  }

  inject(ctx: Context, carrier: unknown, setter: TextMapSetter): void {
    const to = destination;
    destination = undefined;
    if (to === undefined || isAllowedOrigin(to)) this.#inner.inject(ctx, carrier, setter);
  }

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.#inner.extract(ctx, carrier, getter);
  }

  fields(): string[] {
    return this.#inner.fields();
  }
}
