// The health service and reflection of a gRPC server.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath as HEALTH_PROTO } from 'grpc-health-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listenGrpc } from './grpc.ts';
import { addGrpcHealth, GRPC_HEALTH_INTERVAL_MS } from './health.ts';
import { addReflection } from './reflection.ts';

const REFLECTION = createRequire(import.meta.url).resolve('@grpc/reflection');
const REFLECTION_PROTO = join(dirname(REFLECTION), '../proto/grpc/reflection/v1/reflection.proto');

// biome-ignore lint/suspicious/noExplicitAny: clients of protos without generated types
type AnyClient = any;
const resources = new AsyncDisposableStack();
let well = true;
let health: AnyClient;
let reflection: AnyClient;
let leaving: Disposable;
const stopping = new AbortController();

beforeAll(async () => {
  const server = new grpc.Server();
  const checks = { database: () => (well ? Promise.resolve() : Promise.reject(new Error('gone'))) };
  leaving = addGrpcHealth(server, {
    services: ['test.Kinds'],
    checks,
    stopping: stopping.signal,
    intervalMs: 20,
  });
  addReflection(server, loadSync(REFLECTION_PROTO));
  const { port } = resources.use(await listenGrpc(server, { host: '127.0.0.1', port: 0, drainMs: 50 }));
  const open = (path: string): AnyClient => grpc.loadPackageDefinition(loadSync(path, { enums: String }));
  const to = [`127.0.0.1:${port}`, grpc.credentials.createInsecure()] as const;
  health = new (open(HEALTH_PROTO).grpc.health.v1.Health)(...to);
  reflection = new (open(REFLECTION_PROTO).grpc.reflection.v1.ServerReflection)(...to);
});
afterAll(async () => {
  leaving[Symbol.dispose]();
  health.close();
  reflection.close();
  await resources.disposeAsync();
});

const check = (service: string): Promise<string> =>
  new Promise((resolve, reject) => {
    health.Check({ service }, (error: Error | null, answer: { status: string }) =>
      error ? reject(error) : resolve(answer.status),
    );
  });

it('the health service reports SERVING while every check passes and until the service stops, for the server and each service', async () => {
  expect(GRPC_HEALTH_INTERVAL_MS).toBe(1_000);
  await expect.poll(() => check('')).toBe('SERVING');
  well = false;
  await expect.poll(() => check('test.Kinds')).toBe('NOT_SERVING');
  well = true;
  await expect.poll(() => check('test.Kinds')).toBe('SERVING');
  stopping.abort();
  expect(await check('')).toBe('NOT_SERVING');
  await expect(check('unknown')).rejects.toMatchObject({ code: grpc.status.NOT_FOUND });
});

it('reflection lists the services and describes them', async () => {
  const asked = reflection.ServerReflectionInfo();
  asked.write({ listServices: '*' });
  const [{ listServicesResponse }] = await once(asked, 'data');
  const names = listServicesResponse.service.map(({ name }: { name: string }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection']),
  );
  asked.write({ fileContainingSymbol: 'grpc.health.v1.Health' });
  const [{ fileDescriptorResponse }] = await once(asked, 'data');
  expect(fileDescriptorResponse.fileDescriptorProto).toHaveLength(1);
  asked.end();
});
