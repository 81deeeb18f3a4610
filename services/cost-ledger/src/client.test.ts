// The client before several ledgers, as behind a headless Service of Kubernetes.
import * as grpc from '@grpc/grpc-js';
import { listenGrpc } from '@trace-mesh/runtime/grpc';
import { afterAll, expect, it } from 'vitest';
import { connectLedger } from './client.ts';
import { CostLedger } from './proto.ts';

const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

/** A ledger that counts the calls that it receives. */
async function openCounter() {
  const server = new grpc.Server();
  let calls = 0;
  const answer: grpc.handleUnaryCall<unknown, object> = (_, done) => {
    calls += 1;
    done(null, { spentMicroUsd: 0, remainingMicroUsd: 0 });
  };
  server.addService(CostLedger.service, { GetBudget: answer } as grpc.UntypedServiceImplementation);
  const listening = await listenGrpc(server, { host: '127.0.0.1', port: 0 });
  return { ...listening, calls: () => calls };
}

it('calls are spread evenly over all addresses of the ledger, and go to the others when one closes', async () => {
  const ledgers = [opened.use(await openCounter()), opened.use(await openCounter())];
  const addresses = ledgers.map(({ port }) => `127.0.0.1:${port}`);
  const client = opened.use(connectLedger(`ipv4:${addresses.join(',')}`)).as('Bearer none');
  const counts = () => ledgers.map(({ calls }) => calls());
  const call = () => client.getBudget('acme');
  await expect.poll(() => call().then(() => Math.min(...counts()))).toBeGreaterThan(0);
  const before = counts();
  for (let made = 0; made < 10; made++) await call();
  expect(counts().map((count, ledger) => count - (before[ledger] ?? 0))).toEqual([5, 5]);
  await ledgers[0]?.[Symbol.asyncDispose]();
  for (let made = 0; made < 10; made++) await call();
  expect(counts()[1]).toBe((before[1] ?? 0) + 15);
});
