import type { CallToolResult } from '@modelcontextprotocol/server';
import { AccessError } from '@trace-mesh/access/errors';
import { toToolError } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';

/** The result of a tool as data and text; a failure as `isError`. Unexpected errors are logged and answered generically. */
export async function answer<Output extends Record<string, unknown>>(
  logger: Logger,
  work: () => Promise<Output>,
): Promise<CallToolResult> {
  try {
    const output = await work();
    return { structuredContent: output, content: [{ type: 'text', text: JSON.stringify(output) }] };
  } catch (error) {
    const known = error instanceof AccessError;
    const reply = known
      ? { code: error.code, message: error.message }
      : { code: 'internal', message: 'internal error' };
    const traced = wrapErrorWithTrace(error, reply);
    if (!known) logger.error({ err: traced }, 'tool failed');
    return { ...toToolError(traced), content: [{ type: 'text', text: reply.message }] };
  }
}
