import { activeTraceId } from '@trace-mesh/tracing/span';
import { push } from '../push.ts';
import type { FrameHandler } from './handler.ts';

/** `hello` was read with the handshake; the answer has the trace id, which a browser cannot read from the response headers. */
export const hello: FrameHandler = async (_deps, connection, { sequence }) => {
  await push(connection, 'welcome', { traceId: activeTraceId(connection.ctx) }, { sequence });
};
