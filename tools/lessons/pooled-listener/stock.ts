// A server of the stock, and a driver for it: one connection, opened by the first query and used by all.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Stock extends Disposable {
  /** Calls back with the answer; answers come in the order of the queries. */
  query(item: string, callback: (answer: string) => void): void;
}

export async function openStock(): Promise<Stock> {
  const server = createServer((client) => {
    createInterface({ input: client }).on('line', (item) => client.write(`${item}: in stock\n`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const waiting: ((answer: string) => void)[] = [];
  let socket: Socket | undefined;
  const open = () => {
    const opened = connect((server.address() as AddressInfo).port, '127.0.0.1');
    createInterface({ input: opened }).on('line', (line) => waiting.shift()?.(line));
    return opened;
  };
  return {
    query(item, callback) {
      socket ??= open();
      waiting.push(callback);
      socket.write(`${item}\n`);
    },
    [Symbol.dispose]() {
      socket?.destroy();
      server.close();
    },
  };
}
