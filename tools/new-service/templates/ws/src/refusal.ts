import { AccessError } from '@trace-mesh/access/errors';
import { EnvelopeError } from '@trace-mesh/tracing/websocket';
import { ZodError } from 'zod';

/** What to tell the sender of a message that went wrong; undefined for what is no fault of the message. */
export function refusalOf(error: unknown): { code: string; message: string } | undefined {
  if (error instanceof EnvelopeError) return { code: error.code, message: error.message };
  if (error instanceof AccessError) return { code: error.code, message: error.message };
  if (!(error instanceof ZodError)) return undefined;
  return { code: 'malformed', message: 'the message is not what its type asks for' };
}
