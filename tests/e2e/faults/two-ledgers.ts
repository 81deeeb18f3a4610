// Two instances of the ledger share their state.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { freePort } from '../../free-port.ts';
import { tokens } from '../../tokens.ts';
import { mesh, part } from './mesh.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

it('a watch at one ledger receives what was reserved at another', async () => {
  const { spec } = part('cost-ledger');
  const [port, health] = [await freePort(), await freePort()];
  const env = { ...spec.env, PORT: String(port), HEALTH_PORT: String(health) };
  const second = execa(process.execPath, spec.args, {
    cwd: `${ROOT}/services/cost-ledger`,
    env,
    reject: false,
  });
  const ready = async () => (await fetch(`http://127.0.0.1:${health}/readyz`).catch(() => undefined))?.status;
  await expect.poll(ready, { timeout: 30_000 }).toBe(200);

  {
    using first = connectLedger(mesh.endpoints['cost-ledger']);
    using second = connectLedger(`127.0.0.1:${port}`);
    const tenantId = `test-${randomUUID()}`;
    const bearer = tokens.bearer({ tenantId });
    const [here, there] = [first.as(bearer), second.as(bearer)];
    const seen: number[] = [];
    // Only a notification arrives within the deadline: the watch polls every 15 s.
    const options = { deadlineMs: 10_000 };
    for await (const { remainingMicroUsd } of there.watchSpend({ tenantId, maxUpdates: 2 }, options)) {
      seen.push(remainingMicroUsd);
      if (seen.length === 1) await here.reserve({ tenantId, taskId: randomUUID(), amountMicroUsd: 1_000 });
    }
    expect(seen[1]).toBe((seen[0] ?? 0) - 1_000);
  }
  second.kill('SIGTERM');
  expect((await second).exitCode).toBe(0);
});

it('a reservation whose caller left while Postgres was frozen is not kept', async () => {
  using connection = connectLedger(mesh.endpoints['cost-ledger']);
  const tenantId = `test-${randomUUID()}`;
  const ledger = connection.as(tokens.bearer({ tenantId }));
  const task = () => ({ tenantId, taskId: randomUUID(), amountMicroUsd: 1_000 });
  const before = await ledger.reserve(task());
  await part('postgres').pause();
  const leaving = ledger.reserve(task(), { deadlineMs: 500 });
  await expect(leaving).rejects.toMatchObject({ code: 4 });
  await part('postgres').resume();
  // It is released after the answer of Postgres. Nothing more is reserved here, and the answer is not from the cache.
  await expect.poll(() => ledger.reserve({ ...task(), amountMicroUsd: 0 })).toBe(before);
});
