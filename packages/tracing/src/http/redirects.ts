// Redirects that keep headers on the origin for which they were meant. `fetch` itself removes only `authorization`, `cookie` and
// `host` on a redirect to another origin, so that `x-*` headers leak. https://fetch.spec.whatwg.org/#http-redirect-fetch

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** As many as `fetch` follows. */
const MAX_REDIRECTS = 20;

interface Request {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/**
 * `fetch` with the redirects followed as the Fetch standard has them, but without `init.headers`, other than
 * `content-type`, on another origin. Rejects with a `TypeError` after 20 redirects or for a location that is not a URL.
 */
export async function fetchFollowing(url: URL, init: Request, left = MAX_REDIRECTS): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
  if (location === null) return response;
  await response.body?.cancel();
  if (left === 0) throw new TypeError(`more than ${MAX_REDIRECTS} redirects, the last to ${location}`);
  const to = new URL(location, url);
  const next = nextRequest(response.status, init);
  if (to.origin === url.origin) return fetchFollowing(to, next, left - 1);
  const { 'content-type': type } = next.headers;
  return fetch(to, { ...next, headers: type === undefined ? {} : { 'content-type': type } });
}

/** The request as it is repeated: 303, and a POST after 301 and 302, become a GET without a body. */
function nextRequest(status: number, { body, ...init }: Request): Request {
  const asGet = status === 303 || (status < 303 && init.method === 'POST');
  if (!asGet) return { ...init, ...(body !== undefined && { body }) };
  const { 'content-type': _, ...headers } = init.headers;
  return { ...init, method: 'GET', headers };
}
