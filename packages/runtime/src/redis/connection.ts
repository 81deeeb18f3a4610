// Connections to Redis or Valkey: to one server, or to the nodes of a cluster. decisions/058-redis-cluster.md
import type { Logger } from '@trace-mesh/tracing/logger';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { z } from 'zod';
import { joinWrites } from '../join-writes.ts';

/** How long a command waits for its answer, and for a connection that broke, in ms; then it rejects. */
export const REDIS_COMMAND_TIMEOUT_MS = 2_000;

/** A connection, to one server or to a cluster, that is closed by disposing it. */
export type RedisConnection = (Redis | Cluster) & AsyncDisposable;

interface RedisAddress {
  /** More than one are nodes of a cluster. */
  nodes: { host: string; port: number }[];
  options: Pick<RedisOptions, 'username' | 'password' | 'db' | 'tls'>;
}

type Options = RedisAddress['options'] & { commandTimeout: number };

/** Scheme, user and password, hosts, database. */
const FORM = /^(rediss?:)\/\/(?:(.*)@)?([^@/]+)(?:\/(\d*))?$/;

/** Reads `redis://user:password@host:6379/0`, or `redis://host:6379,host:6379`; undefined for any other text. */
function readAddress(text: string): RedisAddress | undefined {
  const [, scheme, userinfo = '', list = '', db = ''] = FORM.exec(text) ?? [];
  const urls = list.split(',').map((host) => URL.parse(`redis://${userinfo && `${userinfo}@`}${host}`));
  const nodes = urls.flatMap((url) =>
    url?.hostname ? [{ host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 6379) }] : [],
  );
  if (!scheme || nodes.length < urls.length || (urls.length > 1 && Number(db) > 0)) return undefined;
  const { username = '', password = '' } = urls[0] ?? {};
  const options = {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(db && { db: Number(db) }),
    ...(scheme === 'rediss:' && { tls: {} }),
  };
  return { nodes, options };
}

/** A `REDIS_URL`. */
export const RedisUrl = z
  .string()
  .refine(
    readAddress,
    'expected redis://host:port, or redis://host:port,host:port for a cluster, which has no database number',
  );

/**
 * Opens a connection that reconnects by itself; commands wait for it at most `commandTimeoutMs`. Throws an Error for a `url` that is no
 * `RedisUrl`.
 */
export function openRedis(
  url: string,
  logger: Logger,
  { commandTimeoutMs = REDIS_COMMAND_TIMEOUT_MS }: { commandTimeoutMs?: number } = {},
): RedisConnection {
  const { nodes, options } = readAddress(RedisUrl.parse(url)) as RedisAddress;
  const common = { ...options, commandTimeout: commandTimeoutMs };
  const redis = nodes.length > 1 ? openCluster(nodes, common, logger) : openServer(nodes[0], common);
  redis.on('error', (error) => logger.warn({ err: error }, 'Redis connection broke'));
  return Object.assign(redis, {
    [Symbol.asyncDispose]: async () => {
      if (redis.status === 'ready') await redis.quit();
      else redis.disconnect();
    },
  });
}

function openServer(node: RedisAddress['nodes'][number] | undefined, options: Options): Redis {
  const redis = new Redis({
    ...node,
    ...options,
    maxRetriesPerRequest: 3,
    // A failure of it would be an unhandled rejection, which ends the process; `subscribe` does it instead.
    autoResubscribe: false,
  });
  redis.on('connect', () => joinWrites(redis.stream));
  return redis;
}

/** For certificates: the name of a node instead of its IP address. */
const keepName: ClusterOptions['dnsLookup'] = (name, callback) => callback(null, name);

function openCluster(nodes: RedisAddress['nodes'], redisOptions: Options, logger: Logger): Cluster {
  const cluster = new Cluster(nodes, {
    redisOptions,
    ...(redisOptions.tls && { dnsLookup: keepName }),
  });
  cluster.on('+node', (node: Redis) => node.on('connect', () => joinWrites(node.stream)));
  cluster.on('node error', (error: Error, node: string) =>
    // Ten times a second while a node is down; the commands for it fail.
    logger.debug({ err: error, node }, 'Redis node failed'),
  );
  // Commands that wait for the cluster have no time limit in ioredis: it starts when a node is found.
  const send = cluster.sendCommand.bind(cluster);
  cluster.sendCommand = (command, ...rest) => {
    command.setTimeout(redisOptions.commandTimeout);
    return send(command, ...rest);
  };
  return cluster;
}
