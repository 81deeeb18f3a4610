// A cluster of real servers, Redis or Valkey, on ports of its own.
import { setTimeout as pause } from 'node:timers/promises';
import { openPrograms } from '@trace-mesh/embedded/program';
import { Redis } from 'ioredis';

const NODES = 3;
const SLOTS = 16_384;
const HOST = '127.0.0.1';
const START_MS = 30_000;

export interface ClusterNode {
  /** `host:port`. */
  address: string;
  redis: Redis;
  /** Ends the server, which keeps its slots. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface RedisCluster extends AsyncDisposable {
  /** For `REDIS_URL`: two of the nodes. */
  url: string;
  nodes: readonly ClusterNode[];
  /** The node that has a slot. */
  ownerOf(slot: number): Promise<ClusterNode>;
  /** Gives a slot without keys to another node. */
  move(slot: number, to: ClusterNode): Promise<void>;
}

/** Starts three masters by `command`, `redis-server` or `valkey-server`. */
export async function openCluster(command: string, logDir: string): Promise<RedisCluster> {
  await using opened = new AsyncDisposableStack();
  // Each node has a second port for the others: its own and 10,000, or here the next one.
  const programs = opened.use(await openPrograms({ logDir, env: process.env, ports: 2 * NODES }));
  const nodes = await Promise.all(
    Array.from({ length: NODES }, async (_, index): Promise<ClusterNode> => {
      const [port, bus] = [programs.nextPort(), programs.nextPort()];
      const network = ['--bind', HOST, '--port', String(port), '--cluster-port', String(bus)];
      const cluster = ['--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${index}.conf`];
      const inMemory = ['--save', '', '--appendonly', 'no', '--dir', programs.runDir];
      const program = {
        ...{ name: `redis-${index}`, command, env: {}, ready: { tcp: port } },
        args: [...network, ...cluster, ...inMemory],
      };
      const process_ = await programs.start(program);
      const redis = opened.adopt(new Redis(port, HOST), (connection) => connection.disconnect());
      redis.on('error', () => undefined); // while it is stopped
      return {
        ...{ address: `${HOST}:${port}`, redis },
        stop: () => process_.stop(),
        start: () => process_.start(),
      };
    }),
  );
  await join(nodes);
  const all = opened.move();
  const idOf = (node: ClusterNode) => node.redis.call('CLUSTER', 'MYID') as Promise<string>;
  return {
    url: `redis://${nodes
      .slice(0, 2)
      .map(({ address }) => address)
      .join()}`,
    nodes,
    async ownerOf(slot) {
      const ranges = (await nodes[0]?.redis.cluster('SLOTS')) ?? [];
      const [, , [, port] = []] = ranges.find(([first, last]) => slot >= first && slot <= last) ?? [];
      const owner = nodes.find(({ address }) => address === `${HOST}:${port}`);
      if (!owner) throw new Error(`no node has slot ${slot}`);
      return owner;
    },
    async move(slot, to) {
      const id = await idOf(to);
      // The new owner first, so that every other node may redirect to it.
      for (const { redis } of [to, ...nodes.filter((node) => node !== to)])
        await redis.call('CLUSTER', 'SETSLOT', slot, 'NODE', id);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Divides the slots and introduces the nodes; resolves when each takes commands for all slots. */
async function join(nodes: readonly ClusterNode[]): Promise<void> {
  const [first] = nodes;
  const { port } = first?.redis.options ?? {};
  const bus = Number(port) + 1;
  for (const [index, { redis }] of nodes.entries()) {
    const [from, to] = [index, index + 1].map((n) => Math.floor((n * SLOTS) / nodes.length));
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(Number(to) - 1));
    if (index > 0) await redis.call('CLUSTER', 'MEET', HOST, String(port), String(bus));
  }
  const deadline = performance.now() + START_MS;
  const isWhole = async ({ redis }: ClusterNode) => {
    const info = String(await redis.cluster('INFO'));
    return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`);
  };
  while (!(await Promise.all(nodes.map(isWhole))).every(Boolean)) {
    if (performance.now() > deadline) throw new Error('the nodes did not become a cluster');
    await pause(50);
  }
}
