// The gRPC server, not yet bound; one operation per file in rpc/.
import * as grpc from '@grpc/grpc-js';
import { BALANCED, unary } from '@trace-mesh/runtime/grpc';
import { addReflection } from '@trace-mesh/runtime/grpc-reflection';
import type { Deps } from './deps.ts';
import { __Name__, definition } from './proto.ts';
import { greet } from './rpc/greet.ts';

/** In bytes; a larger message is answered RESOURCE_EXHAUSTED. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

export function createApp({ admit, logger }: Deps): grpc.Server {
  const onBug = (error: unknown) => logger.error({ err: error }, 'call failed');
  const server = new grpc.Server({ ...BALANCED, 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  server.addService(__Name__.service, { Greet: unary(greet, { admit, onBug }) });
  addReflection(server, definition);
  return server;
}
