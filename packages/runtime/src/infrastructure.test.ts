import { once } from 'node:events';
import { createServer } from 'node:net';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, it } from 'vitest';
import { RpcError } from './grpc/status.ts';
import { failureType, isInfrastructureFailure } from './infrastructure.ts';

/** A port without a listener; or with one that closes every connection. */
async function port(hangUp = false): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  if (hangUp) server.unref();
  else server.close();
  return port;
}

async function failureOf(work: () => Promise<unknown>): Promise<Error> {
  return work().then(
    () => new Error('the call did not fail'),
    (error: Error) => error,
  );
}

it.each([false, true])(
  'recognizes the errors of clients whose server is down (%s: it closes connections)',
  async (hangUp) => {
    const at = await port(hangUp);
    const postgres = new pg.Client({ host: '127.0.0.1', port: at });
    expect(isInfrastructureFailure(await failureOf(() => postgres.connect()))).toBe(true);

    const redis = new Redis({ port: at, host: '127.0.0.1', maxRetriesPerRequest: 1 });
    redis.on('error', () => undefined);
    expect(isInfrastructureFailure(await failureOf(() => redis.ping()))).toBe(true);
    redis.disconnect();

    const grpc = new Client(`127.0.0.1:${at}`, credentials.createInsecure());
    const same = (bytes: Buffer) => bytes;
    const call = () =>
      new Promise((resolve, reject) => {
        grpc.makeUnaryRequest('/s/m', same, same, Buffer.of(), new Metadata(), (error, answer) =>
          error ? reject(error) : resolve(answer),
        );
      });
    expect(isInfrastructureFailure(await failureOf(call))).toBe(true);
    grpc.close();

    expect(isInfrastructureFailure(await failureOf(() => fetch(`http://127.0.0.1:${at}`)))).toBe(true);
  },
);

it('recognizes the errors of clients whose server does not answer', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port: at } = silent.address() as { port: number };
  const pool = new pg.Pool({ host: '127.0.0.1', port: at, connectionTimeoutMillis: 50 });
  expect(isInfrastructureFailure(await failureOf(() => pool.query('SELECT 1')))).toBe(true);
  const redis = new Redis({ port: at, host: '127.0.0.1', commandTimeout: 50, enableReadyCheck: false });
  redis.on('error', () => undefined);
  expect(isInfrastructureFailure(await failureOf(() => redis.ping()))).toBe(true);
  redis.disconnect();
  silent.close();
});

const withCode = (code: string | number) => Object.assign(new Error('x'), { code });

it.each(['08006', '57P01', '57P03', '53300', '57014', '40P01'])('recognizes SQLSTATE %s', (code) => {
  expect(isInfrastructureFailure(withCode(code))).toBe(true);
});

it('recognizes the reply of a loading Redis, also as a cause', () => {
  const loading = Object.assign(new Error('LOADING Redis is loading the dataset in memory'), {
    name: 'ReplyError',
  });
  expect(isInfrastructureFailure(loading)).toBe(true);
  expect(isInfrastructureFailure(new Error('could not settle', { cause: loading }))).toBe(true);
});

it.each([
  ['a unique violation', withCode('23505')],
  ['an exhausted budget', new RpcError(status.RESOURCE_EXHAUSTED, 'x')],
  ['an unknown task', withCode(status.NOT_FOUND)],
  ['a bug of the server', withCode(status.INTERNAL)],
  ['a wrong type in Redis', Object.assign(new Error('WRONGTYPE Operation'), { name: 'ReplyError' })],
  ['a bug here', new TypeError('x is not a function')],
  ['a string', 'Command timed out'],
])('is false for %s', (_, error) => {
  expect(isInfrastructureFailure(error)).toBe(false);
});

it('failureType is the gRPC status, the SQLSTATE or the name', () => {
  expect(failureType(withCode(status.UNAVAILABLE))).toBe('UNAVAILABLE');
  expect(failureType(withCode('57P03'))).toBe('57P03');
  expect(failureType(new RangeError('x'))).toBe('RangeError');
});
