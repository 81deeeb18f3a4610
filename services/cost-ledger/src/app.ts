// The gRPC server, without a bound port; one operation per file in rpc/.
import * as grpc from '@grpc/grpc-js';
import { BALANCED, unary } from '@trace-mesh/runtime/grpc';
import { addReflection } from '@trace-mesh/runtime/grpc-reflection';
import { bidi, clientStream, serverStream } from '@trace-mesh/runtime/grpc-server-streams';
import type { Deps } from './deps.ts';
import { CostLedger, definition } from './proto.ts';
import { getBudget } from './rpc/get-budget.ts';
import { negotiate } from './rpc/negotiate.ts';
import { recordUsage } from './rpc/record-usage.ts';
import { reserve } from './rpc/reserve.ts';
import { settle } from './rpc/settle.ts';
import { watchSpend } from './rpc/watch-spend.ts';

/** The largest accepted message, in bytes; a larger one is answered RESOURCE_EXHAUSTED. */
const MAX_MESSAGE_BYTES = 64 * 1024;

export function createApp(deps: Deps): grpc.Server {
  const onBug = (error: unknown) => deps.logger.error({ err: error }, 'a call failed');
  const options = { admit: deps.admit, onBug };
  const server = new grpc.Server({ ...BALANCED, 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  server.addService(CostLedger.service, {
    Reserve: unary(reserve(deps), options),
    Settle: unary(settle(deps), options),
    GetBudget: unary(getBudget(deps), options),
    WatchSpend: serverStream(watchSpend(deps), options),
    RecordUsage: clientStream(recordUsage(deps), options),
    Negotiate: bidi(negotiate(deps), options),
  });
  addReflection(server, definition);
  return server;
}
