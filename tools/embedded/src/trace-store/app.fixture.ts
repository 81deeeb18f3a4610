// A trace store on a free port, and an export for it.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createTraceStore } from './app.ts';
import type { Forwarder } from './forward.ts';

export const TRACE = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
export const LINKED = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';

export function request(span: object = {}) {
  const whole = {
    traceId: TRACE,
    spanId: '1111111111111111',
    parentSpanId: '2222222222222222',
    traceState: 'mcp=cost:0.05',
    name: 'process tasks',
    kind: 5,
    startTimeUnixNano: '1700000000000001999',
    endTimeUnixNano: '1700000000000501999',
    attributes: [
      { key: 'attempt', value: { intValue: '2' } },
      { key: 'tags', value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } } },
    ],
    links: [{ traceId: LINKED, spanId: '3333333333333333' }],
    events: [{ timeUnixNano: '1700000000000101000', name: 'retry', attributes: [] }],
    status: { code: 2, message: 'boom' },
    ...span,
  };
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: 'worker' } },
      { key: 'host.name', value: { stringValue: 'here' } },
    ],
  };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'mesh' }, spans: [whole] }] }] };
}

export const closers: (() => Promise<unknown>)[] = [];

/** Closes what a test opened. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

export async function open(forwarder?: Forwarder): Promise<string> {
  const store = createTraceStore(forwarder);
  store.server.listen(0, '127.0.0.1');
  await once(store.server, 'listening');
  closers.push(() => store.close());
  return `http://127.0.0.1:${(store.server.address() as AddressInfo).port}`;
}

export async function send(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  return fetch(`${url}/v1/traces`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}
