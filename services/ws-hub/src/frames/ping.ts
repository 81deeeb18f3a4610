import { push } from '../push.ts';
import type { FrameHandler } from './handler.ts';

/** `ping`, for clients that cannot send a ping frame: answered with `pong` and the same data. */
export const ping: FrameHandler = async (_deps, connection, { data, sequence }) => {
  await push(connection, 'pong', data, { sequence });
};
