// Stands before the replicas of a service, at its one address: each new connection goes to the next of TARGETS that accepts it.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

const { HOST = '127.0.0.1', PORT, TARGETS = '' } = process.env;
const targets = TARGETS.split(' ').map((target) => new URL(`tcp://${target}`));
let next = 0;

async function open({ hostname, port }: URL): Promise<Socket | undefined> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined; // it does not run; another may
  }
}

async function forward(client: Socket): Promise<void> {
  // A client that disconnects meanwhile emits its error here, which `pipeline` then reports.
  client.on('error', () => undefined);
  const first = next++;
  for (let tried = 0; tried < targets.length; tried++) {
    const target = targets[(first + tried) % targets.length];
    const server = target && (await open(target));
    // Either end that closes closes the other.
    if (server) return void pipeline(client, server, client, () => client.destroy());
  }
  client.destroy();
}

const balancer = createServer({ noDelay: true }, (client) => void forward(client));
balancer.listen(Number(PORT), HOST);
process.once('SIGTERM', () => process.exit(0));
