import { ScopeError } from '@trace-mesh/access/caller';
import { RateLimitError } from '@trace-mesh/access/rate-limit';
import { EnvelopeError } from '@trace-mesh/tracing/websocket';
import { ZodError } from 'zod';

/** What to tell the sender of a message that went wrong; undefined for what is no fault of the message. */
export function refusalOf(error: unknown): { code: string; message: string } | undefined {
  if (error instanceof EnvelopeError) return { code: error.code, message: error.message };
  if (error instanceof ScopeError) return { code: 'insufficient_scope', message: error.message };
  if (error instanceof RateLimitError) return { code: 'rate_limited', message: error.message };
  if (!(error instanceof ZodError)) return undefined;
  return { code: 'malformed', message: 'the message is not what its type asks for' };
}
