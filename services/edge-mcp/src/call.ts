// What every tool has besides its work: a deadline, progress notifications, and a result for each failure.
import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { type Deadline, startDeadline } from '@trace-mesh/runtime/deadline';
import { toToolError } from '@trace-mesh/tracing/error-carriers';
import { type TracedError, wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import { activeTraceId, readThrown } from '@trace-mesh/tracing/span';

/** The timeout of a tool or resource that only calls rest-api, in ms. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** Micro-USD as USD. */
export const usd = (microUsd: number | null): number | null =>
  microUsd === null ? null : microUsd / 1_000_000;

/** The deadline of a call that may take `ms`; cancelling the call, or closing its connection, ends it earlier. */
export const limitsOf = (ctx: ServerContext, ms: number): Deadline => startDeadline(ms, ctx.mcpReq.signal);

/** Sends progress notifications if the caller requested them; steps count up from 1. */
export function progressOf(ctx: ServerContext, logger: Logger): (message: string) => void {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  let progress = 0;
  return (message) => {
    if (progressToken === undefined || ctx.mcpReq.signal.aborted) return;
    progress += 1;
    const params = { progressToken, progress, message };
    ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch((error: unknown) => {
      logger.debug({ err: error }, 'sending a progress notification failed');
    });
  };
}

/**
 * The result of a tool, as data and as text, or its failure with `isError`. Unexpected errors are logged and answered
 * generically. Rejects with the reason of a cancelled call, which has no response.
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
    if (signal.aborted && !explain(error)) throw error;
    // The text is for the model, the error's origin in `_meta` for the client.
    const { traced, text } = describe(logger, error);
    return { ...toToolError(traced), content: [{ type: 'text', text }] };
  }
}

/** `answer` for a tool that only calls rest-api: `work` passes the limits on to the call. */
export function answerRequest<Output extends Record<string, unknown>>(
  logger: Logger,
  ctx: ServerContext,
  work: (...limits: [AbortSignal, number]) => Promise<Output>,
  textOf: (output: Output) => string,
): Promise<CallToolResult> {
  const { signal, timeoutMs } = limitsOf(ctx, REQUEST_TIMEOUT_MS);
  return answer({ logger, signal }, work(signal, timeoutMs()), textOf);
}

/** The trace of this call for its output; empty where tracing is off. */
export function traceOutput(): { traceId?: string } {
  const traceId = activeTraceId();
  return traceId ? { traceId } : {};
}

/** The failure of a resource or prompt: the SDK would send the message of any other error to the caller. */
export function asProtocolError(logger: Logger, error: unknown): Error {
  if (error instanceof ProtocolError) return error;
  return new ProtocolError(ProtocolErrorCode.InternalError, describe(logger, error).text);
}

/** The error as the caller may see it, with its origin. Logs unexpected errors. */
function describe(logger: Logger, error: unknown): { traced: TracedError; text: string } {
  const known = explain(error);
  const { code, text } = known ?? { code: 'internal', text: 'internal error' };
  const traced = wrapErrorWithTrace(error, { code, message: text });
  if (!known) logger.error({ err: traced }, 'request failed');
  return { traced, text };
}

/** A task that ended without a result; `cause` is its original error. */
export class TaskFailed extends Error {
  override name = 'TaskFailed';
}

/** The code and text of an expected failure; undefined for a bug. */
function explain(error: unknown): { code: string; text: string } | undefined {
  if (error instanceof TaskFailed) return { code: 'task_failed', text: error.message };
  if (error instanceof RestApiError) return { code: error.title, text: `${error.title}: ${error.message}` };
  if (readThrown(error, 'name') === 'TimeoutError') {
    return { code: 'timeout', text: 'timed out (accepted work continues and can be read later)' };
  }
  return undefined;
}
