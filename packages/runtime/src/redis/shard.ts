// A channel in a cluster: a connection to the node that has the channel's slot. ioredis's own sharded subscribers are not used, since
// they reconnect some hundred times a second while a node is down. decisions/058-redis-cluster.md
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Cluster, Redis } from 'ioredis';
import { pause } from '../repeat.ts';

/** How often a subscription follows a node's reply to another node. */
const MAX_REDIRECTIONS = 16;
/** The pause before another attempt to subscribe, in ms. */
const RETRY_MS = 500;
/** `MOVED 7365 10.0.0.2:6379`; without a host, the host stays. */
const MOVED = /^MOVED \d+ (.*):(\d+)$/;

type OnMessage = (channel: string, text: string) => void;

interface Shard {
  channel: string;
  onMessage: OnMessage;
  /** Called when the channel is subscribed again. */
  onGap: (() => void) | undefined;
  logger: Logger;
}

const shards = new WeakMap<object, Redis>();

/** The state of a connection, or of the subscription for which a cluster's is used: `ready` where it works. */
export const statusOf = (redis: Redis | Cluster): string => (shards.get(redis) ?? redis).status;

/**
 * Subscribes the channel until `cluster` ends, at whichever node has it: again after a lost connection, and where its slot has moved.
 * Rejects if it cannot be subscribed the first time.
 */
export async function subscribeShard(cluster: Cluster, shard: Shard): Promise<void> {
  const { channel, onMessage, onGap, logger } = shard;
  const ended = new AbortController();

  async function open(): Promise<void> {
    const connection = await connect(cluster, channel, onMessage);
    if (ended.signal.aborted) return connection.disconnect();
    shards.set(cluster, connection);
    connection.once('moved', () => connection.disconnect());
    connection.once('end', reopen);
    if (connection.status === 'end') connection.emit('end');
  }

  async function reopen(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        await open();
        logger.warn({ channel }, 'resubscribed after reconnect');
        return onGap?.();
      } catch (error) {
        logger.warn({ err: error, channel }, 'resubscribing failed');
        await pause(RETRY_MS, ended.signal);
      }
    }
  }

  cluster.once('end', () => {
    ended.abort();
    shards.get(cluster)?.disconnect();
  });
  await open();
}

async function connect(cluster: Cluster, channel: string, onMessage: OnMessage): Promise<Redis> {
  await cluster.ping(); // until then it knows no nodes
  const masters = cluster.nodes('master');
  // Any of them redirects to the node of the channel; the next attempt tries another, since this one may be down.
  let node = masters[Math.floor(Math.random() * masters.length)]?.options;
  for (let redirections = 0; redirections < MAX_REDIRECTIONS; redirections++) {
    const connection = masters[0]?.duplicate({
      ...node,
      ...{ lazyConnect: true, retryStrategy: null, readOnly: false },
    });
    if (!connection || !node) break;
    connection.on('error', () => undefined); // `connect` rejects with it, or `end` follows
    connection.on('smessage', onMessage);
    try {
      await connection.connect();
      await connection.ssubscribe(channel);
      return connection;
    } catch (error) {
      connection.disconnect();
      const [, host, port] = MOVED.exec((error as Error).message) ?? [];
      if (!port) throw error;
      node = { ...node, ...(host && { host }), port: Number(port) };
    }
  }
  throw new Error(`no node of the cluster has the channel ${channel}`);
}
