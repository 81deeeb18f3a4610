import { describe, expect, it } from 'vitest';
import { makeSpan } from '../spans.fixture.ts';
import type { Span } from '../trace.ts';
import { checkSpan } from './check.ts';
import { readRegistry } from './registry.ts';

const registry = readRegistry();
const check = (parts: Partial<Span>) =>
  checkSpan(makeSpan('one', 'svc', { name: 'work', ...parts }), registry).map((problem) =>
    problem.replace(/^svc: \w+ span ".*?" /, ''),
  );

const server: Partial<Span> = {
  kind: 'server',
  name: 'GET /api/tasks/:taskId',
  attributes: {
    'http.request.method': 'GET',
    'http.route': '/api/tasks/:taskId',
    'http.response.status_code': 200,
    'url.path': '/api/tasks/7',
    'url.scheme': 'http',
  },
};
const withAttributes = (span: Partial<Span>, attributes: Record<string, unknown>) => ({
  ...span,
  attributes: { ...span.attributes, ...attributes },
});

describe('the registry', () => {
  it('has the deprecated attributes and their replacements', () => {
    const deprecated = (name: string) => registry.attributes.get(name)?.deprecated;
    expect(deprecated('rpc.system')).toContain('rpc.system.name');
    expect(deprecated('gen_ai.system')).toContain('gen_ai.provider.name');
    expect(deprecated('http.method')).toContain('http.request.method');
    expect(deprecated('http.request.method')).toBeUndefined();
  });

  it('derives types from examples', () => {
    const type = (name: string) => registry.attributes.get(name)?.type;
    expect(type('server.port')).toBe('number');
    expect(type('server.address')).toBe('string');
    expect(type('gen_ai.response.finish_reasons')).toBe('array');
  });

  it('has the attributes, templates and namespaces of the package', () => {
    expect(registry.attributes.size).toBeGreaterThan(700);
    expect(registry.templates).toContain('http.request.header.');
  });
});

describe('a span', () => {
  it('that follows the conventions has no problem', () => {
    expect(check(server)).toEqual([]);
    expect(check({ attributes: { 'mesh.tenant.id': 'acme', 'sampling.rule': 'wish' } })).toEqual([]);
  });

  it.each([
    ['a deprecated attribute', { 'http.status_code': 200 }, /http.status_code, which is deprecated/],
    ['an unknown one in a known namespace', { 'http.speed': 1 }, /http.speed, which no convention knows/],
    ['a wrong type', { 'server.port': '80' }, /server.port as string, which is of type number/],
  ])('with %s is reported', (_, attributes, problem) => {
    expect(check(withAttributes(server, attributes))).toEqual([expect.stringMatching(problem)]);
  });

  it('without a required attribute is reported', () => {
    const { 'url.scheme': _, ...attributes } = server.attributes ?? {};
    expect(check({ ...server, attributes })).toEqual(['has no url.scheme, which http requires']);
  });

  it('of the wrong kind is reported', () => {
    expect(check({ ...server, kind: 'internal' })).toEqual([
      'is of the wrong kind: http wants client or server',
    ]);
  });

  it('whose name does not match its attributes is reported', () => {
    expect(check({ ...server, name: 'GET' })).toEqual(['should be named "GET /api/tasks/:taskId"']);
  });

  it('that failed without error.type is reported', () => {
    expect(check({ ...server, status: { code: 'ERROR' } })).toEqual(['failed and has no error.type']);
  });

  it.each([
    'GET /api/tasks/17',
    'task 3f2b8c1e-0000-4000-8000-000000000000',
    'GET http://host/9',
    'http://host/x',
    'run 4bf92f3577b34da6',
    'GET /x?y=1',
    'connect 127.0.0.1',
  ])('with a high-cardinality name is reported: %s', (name) => {
    expect(check({ name })).toEqual([expect.stringMatching(/^has .* in its name$/)]);
  });

  it.each([
    'chat amazon.nova-lite-v1:0',
    'GET /api/tasks/:taskId',
    'mesh.ledger.v1.CostLedger/Reserve',
    'send task.updated',
  ])('may be named %s', (name) => {
    expect(check({ name })).toEqual([]);
  });
});
