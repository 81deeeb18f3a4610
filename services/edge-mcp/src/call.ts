// What every tool needs beside its work: when to stop, how to tell the caller how far it is, what to say of a failure.
import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { type Deadline, startDeadline } from '@trace-mesh/runtime/deadline';
import { toToolError } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';

/** How long a tool or resource that only asks rest-api may take, in ms. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** Micro-USD as the agent reads them. */
export const usd = (microUsd: number | null): number | null =>
  microUsd === null ? null : microUsd / 1_000_000;

/** The deadline of a call that may take `ms`; cancelling the call, or closing its connection, ends it earlier. */
export const limitsOf = (ctx: ServerContext, ms: number): Deadline => startDeadline(ms, ctx.mcpReq.signal);

/** Sends progress notifications, for a caller who asked for them; steps count up from 1. */
export function progressOf(ctx: ServerContext, logger: Logger): (message: string) => void {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  let progress = 0;
  return (message) => {
    if (progressToken === undefined || ctx.mcpReq.signal.aborted) return;
    progress += 1;
    const params = { progressToken, progress, message };
    ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch((error: unknown) => {
      logger.debug({ err: error }, 'a progress notification could not be sent');
    });
  };
}

/**
 * The answer of a tool, as data and as text; a failure as `isError`. One that nobody foresaw is logged, and says nothing.
 * A cancelled call is answered by nobody: its reason goes on.
 */
export async function answer<Output extends Record<string, unknown>>(
  { logger, signal }: { logger: Logger; signal: AbortSignal },
  work: Promise<Output>,
  textOf: (output: Output) => string,
): Promise<CallToolResult> {
  try {
    const output = await work;
    return { structuredContent: output, content: [{ type: 'text', text: textOf(output) }] };
  } catch (error) {
    const known = explain(error);
    if (!known && signal.aborted) throw error;
    const { code, text } = known ?? BUG;
    // The text is for the model; where it arose, in `_meta`, for whoever looks into it.
    const traced = wrapErrorWithTrace(error, { code, message: text });
    if (!known) logger.error({ err: traced }, 'a tool failed');
    return { ...toToolError(traced), content: [{ type: 'text', text }] };
  }
}

/** The same for what is no tool: the SDK would hand the message of any other error to the caller. */
export function asProtocolError(logger: Logger, error: unknown): Error {
  if (error instanceof ProtocolError) return error;
  const known = explain(error);
  const { code, text } = known ?? BUG;
  const traced = wrapErrorWithTrace(error, { code, message: text });
  if (!known) logger.error({ err: traced }, 'a request failed');
  return new ProtocolError(ProtocolErrorCode.InternalError, text);
}

interface Explained {
  code: string;
  text: string;
}
const BUG: Explained = { code: 'internal', text: 'internal error' };

/** A task that ended without a result; `cause` is the error where it arose. */
export class TaskFailed extends Error {
  override name = 'TaskFailed';
}

/** The one mapping from an expected failure to what the caller is told; undefined for a bug. */
function explain(error: unknown): Explained | undefined {
  if (error instanceof TaskFailed) return { code: 'task_failed', text: error.message };
  if (error instanceof RestApiError) return { code: error.title, text: `${error.title}: ${error.message}` };
  if (error instanceof Error && error.name === 'TimeoutError') {
    return {
      code: 'timeout',
      text: 'this took too long; what has been accepted goes on, and can be fetched',
    };
  }
  return undefined;
}
