// Parts of URLs as span attributes, without the values of signatures.
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/

/** Query parameters whose values are signatures, by the semantic conventions. */
const SECRET = ['sig', 'Signature', 'AWSAccessKeyId', 'X-Goog-Signature'];

/** The query (without `?`) in its canonical encoding. */
export function redactQuery(query: string): string {
  const params = new URLSearchParams(query);
  for (const name of SECRET) if (params.has(name)) params.set(name, 'REDACTED');
  return params.toString();
}

/** A path and a query which a URL parser would not change. */
const PLAIN = /^(?:\/(?![./]|%2e)[\w\-.~!$&'()*+,;=:@%]*)+(?:\?[\w\-.~!$&()*+,;=:@%/?]*)?$/i;

/** Path and query of a request target; empty for one that is no URL. */
export function splitTarget(target: string): { path?: string; query?: string } {
  if (PLAIN.test(target)) {
    const at = target.indexOf('?');
    return at === -1 ? { path: target } : { path: target.slice(0, at), query: target.slice(at + 1) };
  }
  const url = URL.parse(target, 'http://localhost');
  return url ? { path: url.pathname, query: url.search.slice(1) } : {};
}

/** Host and port of `host:port`, with the default port of `scheme`. The brackets of an IPv6 address are kept. */
export function splitAuthority(authority: string, scheme?: string): { host: string; port?: number } {
  const [, host, port] = /^(\[.*\]|[^:[\]]*)(?::([^:]*))?$/.exec(authority) ?? [];
  if (host === undefined) return { host: authority };
  if (port !== undefined) return { host, port: Number(port) };
  if (scheme === 'http') return { host, port: 80 };
  return scheme === 'https' ? { host, port: 443 } : { host };
}
