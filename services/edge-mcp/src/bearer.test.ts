// The MCP edge as an OAuth resource server: RFC 6750's challenge, RFC 9728's metadata, and calls in the caller's name.
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { openTestAccess } from '@trace-mesh/access/testing';
import { listen } from '@trace-mesh/runtime/listen';
import { createLogger } from '@trace-mesh/tracing/logger';
import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from './app.ts';
import type { AppDeps } from './deps.ts';

const access = openTestAccess();
const opened = new AsyncDisposableStack();
afterAll(async () => {
  await opened.disposeAsync();
  access[Symbol.dispose]();
});
const RESOURCE = new URL('https://mesh.example/mcp');

async function serve(gate: Partial<typeof access.gate> = {}) {
  const identities: unknown[] = [];
  const app = createApp({
    ...access.gate,
    ...gate,
    apiFor(identity) {
      identities.push(identity);
      return { createBatch: async () => Promise.reject(new TypeError('fetch failed: 10.1.2.3')) } as never;
    },
    hub: {} as AppDeps['hub'],
    logger: createLogger({ write: () => undefined }),
    resource: { url: RESOURCE, issuer: 'https://issuer.example/' },
  });
  opened.use(app);
  const { port } = opened.use(await listen(app, { host: '127.0.0.1', port: 0 }));
  return { url: `http://127.0.0.1:${port}`, identities };
}
const { url, identities } = await serve();

const call = (to: string, headers: Record<string, string>) =>
  fetch(`${to}/mcp`, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': '2025-11-25',
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'create_batch', arguments: { prompts: ['p'] } },
    }),
  });

describe('a call', () => {
  it.each([
    ['without a token', {}],
    ['with noise', { authorization: 'Bearer noise' }],
    ['with an expired token', { authorization: `Bearer ${access.token({}, 1)}` }],
    ['with ids in headers', { 'x-mcp-tenant-id': 'acme', 'x-mcp-user-id': 'ada' }],
  ])('%s is answered 401, with the address of the metadata', async (_what, headers) => {
    const response = await call(url, headers as Record<string, string>);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain(
      'resource_metadata="https://mesh.example/.well-known/oauth-protected-resource/mcp"',
    );
    expect(await response.json()).toMatchObject({ error: 'invalid_token' });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('with a service token is answered 401: this edge is for agents', async () => {
    const authorization = access
      .services('rest-api')
      .authorizationFor({ tenantId: 'a', userId: 'b', scopes: [] });
    const { createAuthenticator } = await import('@trace-mesh/access/authenticator');
    const authenticator = createAuthenticator(access.config, { services: false });
    const strict = await serve({ authenticator });
    expect((await call(strict.url, { authorization })).status).toBe(401);
  });

  it('beyond the rate is answered 429', async () => {
    const hasty = await serve({ limiter: createRateLimiter(1) });
    const request = () => call(hasty.url, { authorization: access.bearer() });
    const responses = await Promise.all([request(), request(), request()]);
    const refused = responses.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
  });

  it('is made on behalf of its caller, and an unexpected failure is answered generically', async () => {
    const response = await call(url, { authorization: access.bearer({ tenantId: 'globex', userId: 'eve' }) });
    expect(response.status).toBe(200);
    expect(identities.at(-1)).toMatchObject({ tenantId: 'globex', userId: 'eve' });
    const text = await response.text();
    expect(text).toContain('"isError":true');
    expect(text).toContain('internal error');
    expect(text).not.toMatch(/fetch failed|10\.1\.2\.3|TypeError|\.ts/);
  });
});

it('publishes the issuer and the scopes of its tokens', async () => {
  const response = await fetch(`${url}/.well-known/oauth-protected-resource/mcp`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    resource: 'https://mesh.example/mcp',
    authorization_servers: ['https://issuer.example/'],
    scopes_supported: expect.arrayContaining(['tasks:read', 'tasks:write', 'trace:force']),
    bearer_methods_supported: ['header'],
    resource_name: 'edge-mcp',
  });
});
