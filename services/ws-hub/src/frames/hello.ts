import { activeTraceId } from '@trace-mesh/tracing/span';
import { push } from '../push.ts';
import type { Handler } from './handler.ts';

/** `hello`: the handshake took its context from it; the answer names the trace, which a browser sees in no header. */
export const hello: Handler = async (_deps, connection, { sequence }) => {
  await push(connection, 'welcome', { traceId: activeTraceId(connection.ctx) }, { sequence });
};
