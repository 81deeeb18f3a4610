import { status } from '@grpc/grpc-js';
import { RpcError } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';

export const TenantId = z.string().min(1).max(128);
export const TaskId = z.uuid();
export const MicroUsd = z.number().int().nonnegative();

/** The parsed request. Throws INVALID_ARGUMENT with the invalid fields. */
export function parse<T>(schema: z.ZodType<T>, request: unknown): T {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new RpcError(status.INVALID_ARGUMENT, fields.join('; '));
}
