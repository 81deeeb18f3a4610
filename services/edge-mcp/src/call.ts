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
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import { readThrown } from '@trace-mesh/tracing/span';

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
    const known = explain(error);
    if (!known && signal.aborted) throw error;
    const { code, text } = known ?? BUG;
    // The text is for the model, the error's origin in `_meta` for the client.
    const traced = wrapErrorWithTrace(error, { code, message: text });
    if (!known) logger.error({ err: traced }, 'tool failed');
    return { ...toToolError(traced), content: [{ type: 'text', text }] };
  }
}

/** The same for resources and prompts: the SDK would send the message of any other error to the caller. */
export function asProtocolError(logger: Logger, error: unknown): Error {
  if (error instanceof ProtocolError) return error;
  const known = explain(error);
  const { code, text } = known ?? BUG;
  const traced = wrapErrorWithTrace(error, { code, message: text });
  if (!known) logger.error({ err: traced }, 'request failed');
  return new ProtocolError(ProtocolErrorCode.InternalError, text);
}

interface Explained {
  code: string;
  text: string;
}
const BUG: Explained = { code: 'internal', text: 'internal error' };

/** A task that ended without a result; `cause` is its original error. */
export class TaskFailed extends Error {
  override name = 'TaskFailed';
}

/** The code and text of an expected failure; undefined for a bug. */
function explain(error: unknown): Explained | undefined {
  if (error instanceof TaskFailed) return { code: 'task_failed', text: error.message };
  if (error instanceof RestApiError) return { code: error.title, text: `${error.title}: ${error.message}` };
  if (readThrown(error, 'name') === 'TimeoutError') {
    return { code: 'timeout', text: 'timed out (accepted work continues and can be read later)' };
  }
  return undefined;
}
