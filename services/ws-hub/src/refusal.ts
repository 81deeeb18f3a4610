// The mapping from a failed message to the `error` message that answers it.
import { AccessError } from '@trace-mesh/access/errors';
import { EnvelopeError, FrameError } from '@trace-mesh/tracing/websocket';
import { ZodError } from 'zod';
import { ForeignTenantError } from './tenant.ts';

export interface MessageRefusal {
  code: string;
  message: string;
  /** The sequence id of the refused message, if it had one. */
  sequence?: bigint | undefined;
}

/** The answer to the sender; undefined for an unexpected error, which is only logged. */
export function refusalOf(error: unknown): MessageRefusal | undefined {
  if (error instanceof FrameError || error instanceof EnvelopeError) {
    const sequence = error instanceof FrameError ? error.sequence : undefined;
    return { code: error.code, message: error.message, sequence };
  }
  if (error instanceof AccessError) return { code: error.code, message: error.message };
  if (error instanceof ForeignTenantError) return { code: 'foreign_tenant', message: error.message };
  if (!(error instanceof ZodError)) return undefined;
  return { code: 'malformed', message: 'the data does not match the message type' };
}
