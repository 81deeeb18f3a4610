// Requests that no client library would make: what Node's own parser refuses is answered by it, bare (no X-Request-ID, no
// X-Trace-ID, no span); what gets past it is answered by rest-api as any other mistake is.

import { newAttacker } from '../attacker.ts';
import { type Channel, CLAIMED, type HostileInput } from '../input.ts';
import { head } from '../raw-http.ts';
import { ask, HOST, rawRest } from '../rest-call.ts';

const authorization = () => `Authorization: ${newAttacker().bearer}`;
const POST = 'POST /api/tasks HTTP/1.1';
const JSON_TYPE = 'Content-Type: application/json';

const bare = (status: number) => ({ status, headers: { connection: 'close' }, body: undefined });
const problem = (status: number, title: string) => ({
  status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  body: { status, title, service: 'rest-api' },
});
const notFound = problem(404, 'not found');
const invalid = problem(400, 'invalid request');
const notAllowed = problem(405, 'method not allowed');

const paths: [string, string, object][] = [
  ['of two slashes', '//', notFound],
  ['that is a star', '*', notFound],
  ['that is the URL of another host', 'http://evil.example/', notFound],
  ['with a percent sign that escapes no text', '/api/tasks/%ff', invalid],
  ['with half an escape', '/api/tasks/%e0%a4%a', invalid],
  ['with an escaped NUL', '/api/tasks/%00', invalid],
  ['that climbs', '/api/tasks/..%2f..%2f..%2fetc%2fpasswd', invalid],
  ['that climbs in the open', '/api/tasks/../../../etc/passwd', notFound],
  ['with SQL for an id', "/api/tasks/1'%20OR%20'1'='1", invalid],
  ['with an id of 9,000 characters', `/api/tasks/${'a'.repeat(9_000)}`, invalid],
  ['with a broken escape in the query', '/nowhere?%ff', notFound],
  ['that names what every object has', '/api/tasks/__proto__', invalid],
];

const methods: [string, object][] = [
  ['TRACE', notAllowed],
  ['OPTIONS', notAllowed],
  ['PUT', notAllowed],
  ['DELETE', notAllowed],
  ['PROPFIND', notAllowed],
  ['BREW', bare(400)],
  // Node closes the connection of a CONNECT request without a listener.
  ['CONNECT', { status: 0, text: '' }],
];

const unparsable: [string, () => (string | Buffer)[], object][] = [
  ['no Host at all', () => [head('GET /api/tasks HTTP/1.1', authorization())], { status: 400 }],
  ['a header without a colon', () => [head('GET / HTTP/1.1', HOST, 'nonsense')], bare(400)],
  ['a space in a header’s name', () => [head('GET / HTTP/1.1', HOST, 'X Bad: y')], bare(400)],
  ['a header folded over two lines', () => [head('GET / HTTP/1.1', HOST, 'X-A: y\r\n z')], bare(400)],
  ['a NUL in a header', () => [head('GET / HTTP/1.1', HOST, 'X-A: y\0z')], bare(400)],
  [
    'an escape sequence of a terminal in X-Request-ID',
    () => [head('GET / HTTP/1.1', HOST, 'X-Request-ID: a\x1b[31m')],
    bare(400),
  ],
  ['a bare LF at the end of a line', () => [`GET / HTTP/1.1\n${HOST}\n\n`], bare(400)],
  [
    'a header of 20,000 characters',
    () => [head('GET / HTTP/1.1', HOST, `X-A: ${'a'.repeat(20_000)}`)],
    bare(431),
  ],
  [
    'two thousand headers',
    () => [head('GET / HTTP/1.1', HOST, ...Array.from({ length: 2_000 }, (_, i) => `a${i}: b`))],
    bare(431),
  ],
  ['an unknown version', () => ['GET / HTTP/9.9\r\n\r\n'], bare(400)],
  ['the preface of HTTP/2', () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], bare(400)],
  [
    'a TLS handshake',
    () => [Buffer.from('16030100c8010000c40303', 'hex'), Buffer.alloc(200, 0xff)],
    bare(400),
  ],
  [
    'a length and chunks',
    () => [
      head(POST, HOST, authorization(), JSON_TYPE, 'Content-Length: 5', 'Transfer-Encoding: chunked'),
      '0\r\n\r\n',
    ],
    bare(400),
  ],
  [
    'two lengths',
    () => [head(POST, HOST, authorization(), JSON_TYPE, 'Content-Length: 2', 'Content-Length: 3'), '{}'],
    bare(400),
  ],
  [
    'a negative length',
    () => [head(POST, HOST, authorization(), JSON_TYPE, 'Content-Length: -2'), '{}'],
    bare(400),
  ],
  [
    'an unknown transfer encoding',
    () => [head(POST, HOST, authorization(), JSON_TYPE, 'Transfer-Encoding: xchunked'), '0\r\n\r\n'],
    bare(400),
  ],
  [
    'chunked that is not the last encoding',
    () => [head(POST, HOST, authorization(), JSON_TYPE, 'Transfer-Encoding: chunked, identity'), '0\r\n\r\n'],
    bare(400),
  ],
  [
    'a chunk whose size is no number',
    () => [
      head(POST, HOST, authorization(), JSON_TYPE, 'Transfer-Encoding: chunked'),
      'zz\r\n{}\r\n0\r\n\r\n',
    ],
    bare(400),
  ],
  [
    'a chunk with an extension of 20,000 characters',
    () => [
      head(POST, HOST, authorization(), JSON_TYPE, 'Transfer-Encoding: chunked'),
      `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    ],
    bare(413),
  ],
];

const splits: HostileInput[] = [
  {
    // The line break is real: the parser reads another header, which no service trusts.
    name: 'a line break in X-Request-ID, and a tenant after it',
    send: () => ask('GET /api/tasks/none', `X-Request-ID: a\r\nX-MCP-Tenant-ID: ${CLAIMED}`),
    answer: { ...invalid, headers: { 'x-request-id': 'a' } },
  },
  {
    name: 'a token in the query, which is ignored',
    send: () => rawRest(head('GET /api/tasks/none?access_token=noise HTTP/1.1', HOST)),
    answer: problem(401, 'unauthenticated'),
  },
];

export const httpRequests: Channel = {
  name: 'HTTP requests',
  inputs: [
    ...paths.map(([what, path, answer]) => ({
      name: `a path ${what}`,
      send: () => ask(`GET ${path}`),
      answer: { ...answer },
    })),
    ...methods.map(([method, answer]) => ({
      name: `the method ${method}`,
      send: () => ask(`${method} /api/tasks`),
      answer: { ...answer },
    })),
    ...unparsable.map(([name, pieces, answer]) => ({
      name,
      send: () => rawRest(...pieces()),
      answer: { ...answer },
    })),
    ...splits,
  ],
};
