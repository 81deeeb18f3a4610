import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyJson, anyText, traceparents } from '../arbitraries.fixture.ts';
import { cancelledRequest, describeRequest, isRequest, isResponse, MAX_VALUE_LENGTH } from './message.ts';
import { META_KEYS, metaCarrier } from './meta.ts';

const METHODS = [
  'initialize',
  'tools/call',
  'prompts/get',
  'resources/read',
  'resources/list',
  'notifications/cancelled',
];
const known = { tools: new Set(['add', 'toString']), prompts: new Set(['greet']) };
const objects = anyJson.filter(
  (json): json is Record<string, unknown> => typeof json === 'object' && json !== null,
);
const params = fc.oneof(
  objects,
  fc.record(
    {
      name: fc.oneof(fc.constantFrom('add', 'greet', 'constructor'), anyJson),
      uri: anyJson,
      protocolVersion: anyJson,
      _meta: anyJson,
    },
    { requiredKeys: [] },
  ),
);
const requests = fc.record(
  { id: fc.oneof(fc.integer(), anyText), method: fc.oneof(fc.constantFrom(...METHODS), anyText), params },
  { requiredKeys: ['id', 'method'] },
);

describe('any _meta', () => {
  it('gives the W3C keys that are text, unchanged, and no other key', () => {
    const metas = fc.oneof(
      anyJson,
      fc.dictionary(
        fc.constantFrom(...META_KEYS, 'x-mcp-tenant-id', 'Traceparent'),
        fc.oneof(anyJson, traceparents),
      ),
    );
    fc.assert(
      fc.property(metas, (_meta) => {
        const given = Object.entries(Object(_meta)).filter(
          ([key, value]) => (META_KEYS as readonly string[]).includes(key) && typeof value === 'string',
        );
        expect(metaCarrier({ _meta })).toEqual(typeof _meta === 'object' ? Object.fromEntries(given) : {});
      }),
    );
  });
});

describe('any request', () => {
  it('is named after registered names only, in attributes of bounded length', () => {
    const headers = fc.option(
      anyText.map((text) => new Headers({ 'mcp-session-id': text.replaceAll(/[^\x21-\x7e]/g, '') })),
      { nil: undefined },
    );
    fc.assert(
      fc.property(
        requests,
        headers,
        fc.option(anyText, { nil: undefined }),
        (request, headers, negotiatedVersion) => {
          const { name, shared, own } = describeRequest(request, {
            transport: 'http',
            known,
            headers,
            negotiatedVersion,
          });
          const [method = '', target] = name.split(' ');
          expect([...METHODS.slice(0, 5), '_OTHER', 'ping', 'tools/list'].includes(method)).toBe(true);
          expect(target === undefined || known.tools.has(target) || known.prompts.has(target)).toBe(true);
          expect(shared['mcp.method.name']).toBe(method);
          expect([
            undefined,
            '2026-07-28',
            '2025-11-25',
            '2025-06-18',
            '2025-03-26',
            '2024-11-05',
            '2024-10-07',
          ]).toContain(shared['mcp.protocol.version']);
          for (const value of [...Object.values(shared), ...Object.values(own)]) {
            expect(typeof value).toBe('string');
            expect(String(value).length).toBeLessThanOrEqual(MAX_VALUE_LENGTH);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is cancelled by the id in notifications/cancelled, and by no other message', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          objects,
          requests,
          fc.record({
            method: fc.constant('notifications/cancelled'),
            params: fc.oneof(anyJson, fc.record({ requestId: anyJson })),
          }),
        ),
        (message) => {
          const id = cancelledRequest(message);
          expect(['string', 'number', 'undefined']).toContain(typeof id);
          if (id !== undefined)
            expect(message).toMatchObject({ method: 'notifications/cancelled', params: { requestId: id } });
          expect(isRequest(message) && isResponse(message)).toBe(false);
        },
      ),
    );
  });
});
