// Who asks, and whom: tokens that are none, hosts and pages that are not ours.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { newAttacker } from '../attacker.ts';
import { type Channel, CLAIMED, type HostileInput, SECRET } from '../input.ts';
import { head } from '../raw-http.ts';
import { HOST, rawRest } from '../rest-call.ts';

const PATH = 'GET /api/tasks/6f1b2a53-4b38-4b9d-8a41-2f7a4d3f8a10 HTTP/1.1';
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Claims of a token whose bearer impersonates another tenant. */
const claims = (more: Record<string, unknown> = {}) => ({
  iss: 'http://localhost/trace-mesh',
  aud: 'trace-mesh',
  sub: SECRET,
  tenant_id: CLAIMED,
  scope: 'tasks:read tasks:write trace:force',
  exp: 4_102_444_800,
  ...more,
});
const unsigned = (header: object, body: unknown) => `${part(header)}.${part(body)}`;

/** Signed by a key outside the key set. */
function foreign(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const text = unsigned({ alg: 'EdDSA', typ: 'at+jwt' }, claims());
  return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
}

/** By the symmetric algorithm, with what everybody can know as its secret. */
function symmetric(secret: string): string {
  const text = unsigned(
    { alg: 'HS256', typ: 'service+jwt' },
    claims({ client_id: 'worker', aud: 'trace-mesh-services' }),
  );
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** A valid token whose claims were changed after it was signed. */
function tampered(): string {
  const [header, , signature] = newAttacker().token.split('.');
  return `${header}.${part(claims())}.${signature}`;
}

const withAuthorization = (value: string) => rawRest(head(PATH, HOST, `Authorization: ${value}`));
const unauthenticated = (challenge: string) => ({
  status: 401,
  headers: { 'www-authenticate': challenge },
  body: { title: 'unauthenticated' },
});
const MISSING = unauthenticated('Bearer');
const INVALID = unauthenticated('Bearer error="invalid_token"');

const tokens: [string, () => string, object][] = [
  ['of noise', () => `Bearer ${SECRET}`, INVALID],
  ['that is not signed', () => `Bearer ${unsigned({ alg: 'none' }, claims())}.`, INVALID],
  ['signed by a key outside the key set', () => `Bearer ${foreign()}`, INVALID],
  ['signed with an empty secret', () => `Bearer ${symmetric('')}`, INVALID],
  ['signed with a guessed secret', () => `Bearer ${symmetric('secret')}`, INVALID],
  ['that was changed after it was signed', () => `Bearer ${tampered()}`, INVALID],
  [
    'whose signature is missing',
    () => `Bearer ${newAttacker().token.split('.').slice(0, 2).join('.')}`,
    INVALID,
  ],
  [
    'whose claims are no JSON',
    () => `Bearer ${Buffer.from('{"alg":"EdDSA"}').toString('base64url')}.e30x.aa`,
    INVALID,
  ],
  ['of 5,000 characters', () => `Bearer ${'a'.repeat(5_000)}`, INVALID],
  ['after another scheme', () => `Basic ${SECRET}`, MISSING],
  ['with a space in it', () => `Bearer ${SECRET} ${SECRET}`, MISSING],
  ['that is empty', () => 'Bearer ', MISSING],
];

const addressed = (...headers: string[]) =>
  rawRest(head(PATH, ...headers, `Authorization: ${newAttacker().bearer}`));
const REFUSED = { status: 403, body: { title: 'host refused' } };

const hosts: [string, string[]][] = [
  ['a host that is not ours', ['Host: evil.example']],
  ['a host that begins like ours', ['Host: 127.0.0.1.evil.example']],
  ['a host with a name in front of ours', ['Host: evil@127.0.0.1.example']],
  ['a host that is no host', ['Host: [::1']],
  ['an empty host', ['Host:']],
  ['a page from elsewhere', [HOST, 'Origin: https://evil.example']],
  ['a page without an origin', [HOST, 'Origin: null']],
  ['a page whose origin begins like ours', [HOST, 'Origin: http://localhost.evil.example']],
];

/** A token may be good and still not allow this. */
const scopes: HostileInput[] = [
  {
    name: 'a token whose scopes do not reach',
    send: () =>
      rawRest(head(PATH, HOST, `Authorization: ${newAttacker({ scopes: ['budget:read'] }).bearer}`)),
    answer: { status: 403, body: { title: 'insufficient scope' } },
  },
];

export const identity: Channel = {
  name: 'who asks, and whom',
  inputs: [
    ...tokens.map(([what, value, answer]) => ({
      name: `a token ${what}`,
      send: () => withAuthorization(value()),
      answer: { ...answer },
    })),
    ...hosts.map(([name, headers]) => ({ name, send: () => addressed(...headers), answer: REFUSED })),
    ...scopes,
  ],
};
