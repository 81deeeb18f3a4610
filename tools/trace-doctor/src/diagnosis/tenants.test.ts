import { expect, it } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { linkTo, makeSpan, makeTrace } from '../spans.fixture.ts';

const of = (tenant: string) => ({ attributes: { 'mesh.tenant.id': tenant } });
const order = makeSpan('order', 'shop', of('bolt'));
const call = makeSpan('call', 'shop', { parentSpanId: 'order' });
const charge = (tenant: string) => makeSpan('charge', 'ledger', { parentSpanId: 'call', ...of(tenant) });
const found = (tenant: string, oneTenant = true) =>
  diagnose({ trace: makeTrace(order, call, charge(tenant)), edges: [], oneTenant });

it('a span for another tenant than the nearest span above with one is reported', () => {
  expect(found('acme')).toEqual([
    {
      cause: 'tenant-changed',
      text:
        "'charge work' (ledger) works for tenant acme, and 'order work' (shop) above it for bolt: " +
        'what the caller sent is of another call',
      spans: [linkTo(order), linkTo(charge('acme'))],
    },
  ]);
});

it('a span for the same tenant is healthy', () => {
  expect(found('bolt')).toEqual([]);
});

it('two tenants in one trace are healthy where they are allowed', () => {
  expect(found('acme', false)).toEqual([]);
});

it('a cycle of parents ends the search', () => {
  const a = makeSpan('a', 'shop', { parentSpanId: 'b', ...of('acme') });
  const b = makeSpan('b', 'shop', { parentSpanId: 'a' });
  const causes = diagnose({ trace: makeTrace(a, b), edges: [], oneTenant: true }).map(({ cause }) => cause);
  expect(causes).not.toContain('tenant-changed');
});
