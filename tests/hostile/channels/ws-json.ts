// JSON messages to the hub. An invalid message gets an error and keeps the connection; a valid one is served with any context.
import { randomUUID } from 'node:crypto';
import { withHub } from '../hub-client.ts';
import { type Channel, CLAIMED, type HostileInput, SECRET } from '../input.ts';

const TASK = randomUUID();

const said = (name: string, message: string | Buffer, ...codes: string[]): HostileInput => ({
  name,
  send: () => withHub((socket) => socket.send(message, { binary: false })),
  answer: { said: codes, isServed: true },
});
const refused = (name: string, message: string, code: string) => said(name, message, code);
const json = (fields: Record<string, unknown>) => JSON.stringify(fields);
const subscribe = (data: unknown) => json({ type: 'subscribe', data });

const messages = [
  refused('half a message', `{"type":"${SECRET}`, 'malformed'),
  refused('a secret after a mistake', `{"type": oops "${SECRET}"}`, 'malformed'),
  refused('nothing', '', 'malformed'),
  refused('null', 'null', 'malformed'),
  refused('a list', `["${SECRET}"]`, 'malformed'),
  refused('no type', '{}', 'malformed'),
  refused('a type that is a number', json({ type: 1 }), 'malformed'),
  refused('a type of 65 characters', json({ type: 'x'.repeat(65) }), 'malformed'),
  refused('an unknown type', json({ type: 'drop' }), 'unknown_type'),
  refused('a type that every object has', '{"type":"__proto__"}', 'unknown_type'),
  refused('a type that every object inherits', json({ type: 'constructor' }), 'unknown_type'),
  refused('a message that only the hub sends', json({ type: 'task.updated', data: {} }), 'unknown_type'),
  refused('lists in lists, 20,000 deep', '['.repeat(20_000), 'malformed'),
  refused('more than 64 KiB', json({ type: 'ping', data: 'x'.repeat(64 * 1024) }), 'too_large'),
  refused('a subscription to nothing', json({ type: 'subscribe' }), 'malformed'),
  refused('a subscription to no task', subscribe({ taskId: SECRET }), 'malformed'),
  refused('a subscription to a list', subscribe([TASK]), 'malformed'),
  refused(
    'a subscription to another tenant’s task',
    subscribe({ taskId: TASK, tenantId: CLAIMED }),
    'foreign_tenant',
  ),
  refused(
    'a subscription from an event that is none',
    subscribe({ taskId: TASK, after: '5-x' }),
    'malformed',
  ),
  refused(
    'a subscription from an event of 40 digits',
    subscribe({ taskId: TASK, after: `${'9'.repeat(40)}-0` }),
    'malformed',
  ),
  said(
    'a subscription from an event that Redis cannot count to',
    subscribe({ taskId: TASK, after: `${'9'.repeat(19)}-0` }),
    'subscribed',
  ),
  said(
    'a prototype to pollute',
    '{"type":"ping","__proto__":{"type":"x"},"data":{"__proto__":{"a":1}}}',
    'pong',
  ),
  said(
    'a hello with a token of noise, when it is known who speaks',
    json({ type: 'hello', data: { token: SECRET } }),
    'welcome',
  ),
  said('a hello that is a list', json({ type: 'hello', data: [] }), 'welcome'),
  said(
    'an agent id with a line break',
    json({ type: 'hello', data: { agentId: `a\r\n${CLAIMED}` } }),
    'welcome',
  ),
];

const VALID = {
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  trace_flags: '01',
};
const contexts: [string, unknown][] = [
  ['that is a list', [VALID]],
  ['that is a text', SECRET],
  ['with ids of zeros', { ...VALID, trace_id: '0'.repeat(32), span_id: '0'.repeat(16) }],
  ['with ids that are objects', { ...VALID, trace_id: { length: 32 } }],
  ['with a line break in an id', { ...VALID, span_id: 'b7ad6b71\r\n203331' }],
  ['with flags that are a number', { ...VALID, trace_flags: 1 }],
  ['with a tenant', { ...VALID, tenant_id: CLAIMED, user_id: CLAIMED, session_id: CLAIMED, cost_limit: '1' }],
  ['with a tenant in its baggage', { ...VALID, baggage: `tenant.id=${CLAIMED}` }],
  ['with a line break in its baggage', { ...VALID, baggage: 'mesh.experiment=a\r\nX-Evil: 1' }],
  ['with our own member in its tracestate', { ...VALID, trace_state: `mcp=tenant:${CLAIMED}` }],
  ['with 60,000 characters of tracestate', { ...VALID, trace_state: `a=${'1'.repeat(60_000)}` }],
];

/** Without a token in the handshake: the first message is to bring one, and nothing is served before. */
const withoutToken = (name: string, message: string, code: string): HostileInput => ({
  name,
  send: () => withHub((socket) => socket.send(message), { headers: {} }),
  answer: { said: [code], isServed: false, closed: 1008 },
});
const untrusted = [
  withoutToken('a subscription without a token', subscribe({ taskId: TASK }), 'missing_token'),
  withoutToken(
    'a subscription with random characters as token',
    json({ type: 'hello', data: { token: SECRET } }),
    'invalid_token',
  ),
  withoutToken(
    'a subscription with an object as token',
    json({ type: 'hello', data: { token: {} } }),
    'missing_token',
  ),
  withoutToken(
    'a subscription that names a tenant without a token',
    json({ type: 'hello', data: { tenantId: CLAIMED } }),
    'missing_token',
  ),
  withoutToken(
    'a subscription with a token of 60,000 characters',
    json({ type: 'hello', data: { token: 'a'.repeat(60_000) } }),
    'invalid_token',
  ),
];

export const wsJson: Channel = {
  name: 'WebSocket messages in JSON',
  inputs: [
    ...messages,
    ...contexts.map(([what, trace_context]) =>
      said(`a context ${what}`, json({ type: 'ping', trace_context, data: 1 }), 'pong'),
    ),
    ...untrusted,
  ],
};
