import { AccessError } from '@trace-mesh/access/errors';
import { EnvelopeError } from '@trace-mesh/tracing/websocket';
import { ZodError } from 'zod';

/** The `error` message for a rejected message; undefined for an unexpected error. */
export function refusalOf(error: unknown): { code: string; message: string } | undefined {
  if (error instanceof EnvelopeError) return { code: error.code, message: error.message };
  if (error instanceof AccessError) return { code: error.code, message: error.message };
  if (!(error instanceof ZodError)) return undefined;
  return { code: 'malformed', message: 'the message does not match its type' };
}
