// Runs the service on a real port and checks its traces, its access rules and its limits.
import { createRequire } from 'node:module';
import { SpanKind } from '@opentelemetry/api';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { openTestAccess } from '@trace-mesh/access/testing';
import { createLogger } from '@trace-mesh/tracing/logger';
import { patchGrpc, startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, expect, it, vi } from 'vitest';

const tracing = startTestTracing();
patchGrpc(new GrpcInstrumentation());
// The instrumentation patches grpc-js when it is first required, before the modules that import it.
createRequire(import.meta.url)('@grpc/grpc-js');
const { status } = await import('@grpc/grpc-js');
const { rpcGate } = await import('@trace-mesh/access/grpc');
const { listenGrpc } = await import('@trace-mesh/runtime/grpc');
const { createApp, MAX_MESSAGE_BYTES } = await import('./app.ts');
const { connect__Name__ } = await import('./client.ts');
const { SERVICE_NAME } = await import('./proto.ts');
const { MAX_NAME_LENGTH } = await import('./rpc/greet.ts');

const access = openTestAccess();
const logger = createLogger({ write: () => undefined });
const server = await listenGrpc(createApp({ admit: rpcGate(access.gate), logger }), {
  host: '127.0.0.1',
  port: 0,
});
const connection = connect__Name__(`127.0.0.1:${server.port}`);
afterAll(async () => {
  connection[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  access[Symbol.dispose]();
  await tracing[Symbol.asyncDispose]();
});
const client = connection.as(access.bearer());

it('the span of the greeting is the child of the call’s, and that of the caller’s', async () => {
  expect(await client.greet('Ada')).toEqual({ greeting: 'Hello, Ada!' });
  const ofKind = (kind: SpanKind) =>
    tracing.spans(`${SERVICE_NAME}/Greet`).find((span) => span.kind === kind);
  const called = await vi.waitFor(() => {
    expect(ofKind(SpanKind.SERVER)).toBeDefined();
    return ofKind(SpanKind.SERVER);
  });
  const [work] = tracing.spans('make greeting');
  expect(called?.parentSpanContext?.spanId).toBe(ofKind(SpanKind.CLIENT)?.spanContext().spanId);
  expect(work?.parentSpanContext?.spanId).toBe(called?.spanContext().spanId);
});

it('a name of the maximum length is accepted, a longer one is rejected', async () => {
  const name = 'a'.repeat(MAX_NAME_LENGTH);
  expect(await client.greet(name)).toEqual({ greeting: `Hello, ${name}!` });
  await expect(client.greet(`${name}a`)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  await expect(client.greet('')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
});

it('a message over the limit is rejected', async () => {
  const refused = client.greet('a'.repeat(MAX_MESSAGE_BYTES));
  await expect(refused).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
});

it('a call without a valid token, or without its scope, is rejected', async () => {
  const noise = connection.as('Bearer noise').greet('Ada');
  await expect(noise).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  const writer = connection.as(access.bearer({ scopes: ['tasks:write'] })).greet('Ada');
  await expect(writer).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
});
