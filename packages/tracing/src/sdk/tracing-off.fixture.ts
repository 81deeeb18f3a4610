// A program whose calls are patched by instrumentations: prints, as JSON, what the servers of its calls receive.
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import pg from 'pg';

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

const headers: string[][] = [];
const http = createServer(({ rawHeaders }, response) => {
  const host = rawHeaders.findIndex((name) => name.toLowerCase() === 'host');
  headers.push(rawHeaders.toSpliced(host, 2));
  response.end();
});
const url = `http://127.0.0.1:${await listen(http)}`;
await (await fetch(url, { headers: { 'x-own': '1' } })).text();
const outgoing = request(url, { headers: { 'x-own': '1' } }).end();
await once((await once(outgoing, 'response'))[0].resume(), 'end');

const bytes = (value: object) => Buffer.from(JSON.stringify(value));
const parse = (value: Buffer) => JSON.parse(String(value)) as object;
const codec = {
  requestSerialize: bytes,
  requestDeserialize: parse,
  responseSerialize: bytes,
  responseDeserialize: parse,
};
const definition = { One: { path: '/test.Off/One', requestStream: false, responseStream: false, ...codec } };
const grpcServer = new grpc.Server();
let metadata: object = {};
grpcServer.addService(definition, {
  One(call: grpc.ServerUnaryCall<object, object>, done: grpc.sendUnaryData<object>) {
    metadata = call.metadata.getMap();
    done(null, {});
  },
});
const insecure = grpc.ServerCredentials.createInsecure();
const grpcPort = await new Promise<number>((resolve) =>
  grpcServer.bindAsync('127.0.0.1:0', insecure, (_error, port) => resolve(port)),
);
const client = new grpc.Client(`127.0.0.1:${grpcPort}`, grpc.credentials.createInsecure());
const own = new grpc.Metadata();
own.set('x-own', '1');
await new Promise((resolve) => client.makeUnaryRequest('/test.Off/One', bytes, parse, {}, own, resolve));

// "Authentication ok" and "ready for query" in the messages of Postgres: enough for its client to send a query.
const READY = Buffer.from('520000000800000000' + '5a0000000549', 'hex');
const sql = Promise.withResolvers<string>();
const postgres = createTcpServer((socket) => {
  socket.once('data', () => socket.once('data', (query) => sql.resolve(String(query))).write(READY));
});
const database = new pg.Client({ host: '127.0.0.1', port: await listen(postgres), user: 'a', database: 'a' });
database.on('error', () => undefined); // the process exits in the middle of the query
await database.connect();
void database.query('SELECT 1');

process.stdout.write(
  JSON.stringify({ fetch: headers[0], http: headers[1], grpc: metadata, sql: await sql.promise }),
);
process.exit();
