// Cancellations of the 2025 era that reach another instance than their call: published over Redis to all instances.
import { EventEmitter } from 'node:events';
import { type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/server';
import { openRedis, subscribe } from '@trace-mesh/runtime/redis';
import type { ServiceScope } from '@trace-mesh/runtime/service';
import { publish } from '@trace-mesh/tracing/redis';
import { z } from 'zod';

const CHANNEL = 'mcp-cancellations';
/** `call`: the key of the call; `message`: its `notifications/cancelled`. */
const Cancellation = z.object({ call: z.string(), message: z.unknown().transform(parseJSONRPCMessage) });

type Receive = (call: string, message: JSONRPCMessage) => void;

/** What instances of edge-mcp tell each other. */
export interface Cancellations {
  /** Passes a cancellation to all instances. Never rejects: MCP allows that a cancellation is lost. */
  announce(call: string, message: JSONRPCMessage): Promise<void>;
  /** Sets what receives the cancellations of all instances. */
  onReceived(receive: Receive): void;
}

/** For one instance alone. */
export const NO_OTHERS: Cancellations = { announce: async () => undefined, onReceived: () => undefined };

/** Joins the instances that use the Redis at `url`; without one there are no others. */
export async function joinCancellations(
  url: string | undefined,
  { logger, use }: Pick<ServiceScope, 'logger' | 'use'>,
): Promise<Cancellations> {
  if (!url) return NO_OTHERS;
  const [redis, channel] = [use(openRedis(url, logger)), use(openRedis(url, logger))];
  const received = new EventEmitter<{ cancellation: Parameters<Receive> }>();
  await subscribe(channel, {
    channel: CHANNEL,
    schema: Cancellation,
    handle: ({ call, message }) => void received.emit('cancellation', call, message),
    logger,
  });
  return {
    announce: (call, message) =>
      publish(redis, CHANNEL, { call, message }).catch((error: unknown) => {
        logger.warn({ err: error }, 'publishing a cancellation failed');
      }),
    onReceived: (receive) => void received.on('cancellation', receive),
  };
}
