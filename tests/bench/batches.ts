// Batches of calls that a measured process makes to itself: no other process and no rate is in their CPU time.
import { AsyncResource } from 'node:async_hooks';
import type { Server } from 'node:http';
import { duplexPair } from 'node:stream';
import { type Caller, CONCURRENCY } from './callers.ts';
import { flush, serveMeasured } from './measured.ts';

/** How much CPU time a batch takes at least, in µs. */
const BATCH_US = 20_000;
/** Between two looks at the clock. */
const CALLS = 12 * CONCURRENCY;

/** `GET /work/7` over streams in memory, `CONCURRENCY` at once at most: `server` takes each as a connection, without a socket. */
export function inMemoryCaller(server: Server): Caller {
  const connections = Array.from({ length: CONCURRENCY }, () => connect(server));
  const call = async () => {
    const connection = connections.pop();
    if (!connection) throw new Error(`more than ${CONCURRENCY} calls at once`);
    await connection();
    connections.push(connection);
  };
  return { call, close: () => {} };
}

/** A connection, as a function that sends a request and resolves when its answer, which is JSON, has come. */
function connect(server: Server): () => Promise<void> {
  const [near, far] = duplexPair();
  server.emit('connection', far);
  // The server must not continue in the context of the request before.
  const resource = new AsyncResource('bench.connection');
  let answered = Promise.withResolvers<void>();
  let answer = '';
  near.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
    if (!answer.startsWith('HTTP/1.1 200')) answered.reject(new Error(`the handler answered ${answer}`));
    else if (answer.endsWith('}')) answered.resolve();
  });
  return () => {
    answered = Promise.withResolvers();
    answer = '';
    resource.runInAsyncScope(() => near.write('GET /work/7 HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    return answered.promise;
  };
}

/** As `serveMeasured`, and answers `batch`: the CPU time of a call in µs, in a batch of calls of what `open` returns. */
export function serveBatches(port: number, open: () => Caller | Promise<Caller>): void {
  let opened: Promise<Caller> | undefined;
  const batch = async () => {
    opened ??= Promise.resolve(open());
    return measure(await opened);
  };
  serveMeasured(port, { batch });
}

async function measure({ call }: Caller): Promise<number> {
  const before = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  let calls = 0;
  do {
    for (let at = 0; at < CALLS; at += CONCURRENCY)
      await Promise.all(Array.from({ length: CONCURRENCY }, call));
    calls += CALLS;
  } while (spent() < BATCH_US);
  // Exporting the spans is part of the cost.
  await flush();
  return spent() / calls;
}
