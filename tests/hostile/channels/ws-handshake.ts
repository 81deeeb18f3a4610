// The handshake of a socket: refused while there is a status to refuse with; whatever context it brings, it opens.
import { inject } from 'vitest';
import { newAttacker } from '../attacker.ts';
import { type Channel, CLAIMED, type HostileInput, SECRET } from '../input.ts';
import { type RawAnswer, sendRaw } from '../raw-http.ts';

/** A masked close frame: a handshake that succeeds is over at once. */
const BYE = Buffer.from('888012345678', 'hex');
const HEADERS = {
  Host: '127.0.0.1',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
type Headers = Record<string, string | undefined>;

function shake(headers: Headers, requestLine = 'GET /ws HTTP/1.1'): Promise<RawAnswer & { text: string }> {
  const all: Headers = { ...HEADERS, Authorization: newAttacker().bearer, ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return sendRaw(inject('endpoints')['ws-hub'], `${[requestLine, ...lines].join('\r\n')}\r\n\r\n`, BYE);
}

const input = (name: string, headers: Headers, status: number, requestLine?: string): HostileInput => ({
  name,
  send: async () => ({ ...(await shake(headers, requestLine)) }),
  answer: { status },
});
const protocols = (...offers: string[]) => ({
  'Sec-WebSocket-Protocol': ['mesh.v1.json', ...offers].join(', '),
});
const base64url = (text: string) => Buffer.from(text).toString('base64url');
const VALID = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

export const wsHandshake: Channel = {
  name: 'the WebSocket handshake',
  inputs: [
    input('a path of two slashes', {}, 400, 'GET // HTTP/1.1'),
    input('an unknown path', {}, 400, 'GET /admin HTTP/1.1'),
    input('a path that climbs', {}, 400, 'GET /ws/../ws HTTP/1.1'),
    input('the URL of another host', {}, 400, 'GET http://evil.example/ws HTTP/1.1'),
    input('a broken escape in the query', {}, 101, 'GET /ws?%ff HTTP/1.1'),
    input(
      'a token in the query, which is ignored',
      { Authorization: undefined },
      101,
      'GET /ws?token=noise HTTP/1.1',
    ),
    input('POST', {}, 405, 'POST /ws HTTP/1.1'),
    input('another protocol to upgrade to', { Upgrade: 'h2c' }, 400),
    input('a version of 2010', { 'Sec-WebSocket-Version': '7' }, 400),
    input('no key', { 'Sec-WebSocket-Key': undefined }, 400),
    input('a key that is none', { 'Sec-WebSocket-Key': SECRET }, 400),
    input('a host that is not ours', { Host: 'evil.example' }, 403),
    input('a page from elsewhere', { Origin: 'https://evil.example' }, 403),
    input('a page without an origin', { Origin: 'null' }, 403),
    input('a token of noise', { Authorization: `Bearer ${SECRET}` }, 401),
    input(
      'a token of noise among the subprotocols',
      { Authorization: undefined, ...protocols(`bearer.${SECRET}`) },
      401,
    ),
    input('an unknown subprotocol', { 'Sec-WebSocket-Protocol': 'evil.v9' }, 101),
    input('a list of subprotocols that is none', { 'Sec-WebSocket-Protocol': ',,;' }, 400),
    input('the same subprotocol twice', protocols('mesh.v1.json'), 400),
    input(
      '10,000 characters of subprotocols',
      protocols(...Array.from({ length: 1_000 }, (_, i) => `x${i}aaaaaa`)),
      101,
    ),
    input('a traceparent of noise', { traceparent: SECRET }, 101),
    input('a traceparent of noise among the subprotocols', protocols(`traceparent.${SECRET}`), 101),
    input(
      'a line break in a tracestate among the subprotocols',
      protocols(`traceparent.${VALID}`, `tracestate.${base64url(`a=1\r\nX-Evil: ${CLAIMED}`)}`),
      101,
    ),
    input(
      'a tenant in the baggage among the subprotocols',
      protocols(`traceparent.${VALID}`, `baggage.${base64url(`tenant.id=${CLAIMED}`)}`),
      101,
    ),
    input(
      'baggage among the subprotocols that is no base64',
      protocols(`traceparent.${VALID}`, 'baggage.!!!!'),
      101,
    ),
    input('a tenant in a header', { traceparent: VALID, 'X-MCP-Tenant-ID': CLAIMED }, 101),
    input('an agent id of 129 characters', { traceparent: VALID, 'X-Agent-ID': 'a'.repeat(129) }, 101),
    input(
      'an agent id that is a script',
      { traceparent: VALID, 'X-Agent-ID': `<script>${CLAIMED}</script>` },
      101,
    ),
    input('a header of 20,000 characters', { 'X-Long': 'a'.repeat(20_000) }, 431),
    input('no upgrade at all', { Upgrade: undefined, Connection: 'close' }, 404),
  ],
};
