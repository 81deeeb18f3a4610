// A shop charges the orders of two tenants at its ledger. Which tenant does the ledger charge?
import { Metadata } from '@grpc/grpc-js';
import { withSpan } from '@trace-mesh/tracing/span';
import { beginTrace } from '../src/program.ts';
import { openLedger } from './charge.ts';

const metadata = new Metadata();
metadata.set('x-shop-id', 'wine-shop');

await beginTrace(async ({ at }) => {
  using ledger = openLedger(at);
  for (const tenant of ['acme', 'bolt']) {
    await withSpan(`order of ${tenant}`, { attributes: { 'mesh.tenant.id': tenant } }, () => {
      metadata.add('x-tenant-id', tenant); // ← beside the tenant of the last call
      return ledger.charge({ cents: 1_200 }, metadata);
    });
  }
});
