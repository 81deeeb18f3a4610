import { push } from '../push.ts';
import type { Handler } from './handler.ts';

/** `ping`, for clients that cannot send a ping frame: answered with `pong` and the same data. */
export const ping: Handler = async (_deps, connection, { data, sequence }) => {
  await push(connection, 'pong', data, { sequence });
};
