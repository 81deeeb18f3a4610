import type { RpcCall } from '@trace-mesh/tracing/grpc';
import { z } from 'zod';
import type { Deps } from '../app.ts';
import * as budget from '../budget.ts';
import { MicroUsd, parse, TaskId } from './parse.ts';
import { tellChange } from './tell-change.ts';

const Request = z.object({ taskId: TaskId, costMicroUsd: MicroUsd });

export const settle =
  (deps: Deps) =>
  async (request: unknown, { signal }: RpcCall) => {
    const { taskId, costMicroUsd } = parse(Request, request);
    const settled = await budget.settle(deps.db, taskId, costMicroUsd, signal);
    await tellChange(deps, settled);
    return { spentMicroUsd: settled.spentMicroUsd, remainingMicroUsd: settled.remainingMicroUsd };
  };
