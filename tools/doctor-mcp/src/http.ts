// The doctor over HTTP, in both protocol eras. Hosts and origins are the business of the application that mounts it.
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { RequestHandler } from 'express';
import { createDoctorServer, type DoctorOptions } from './server.ts';

/** The largest request body in bytes; a larger one is refused with 413. */
const MAX_BODY_BYTES = 64 * 1024;

/** Handles the requests of an MCP endpoint; disposing it ends those that are open. */
export function doctorHandler(options: Omit<DoctorOptions, 'transport'>): RequestHandler & AsyncDisposable {
  const limits = {
    maxRequestBodySize: MAX_BODY_BYTES,
    onerror: (error: Error) => options.logger.warn({ err: error }, 'MCP request refused'),
  };
  const handler = createMcpHandler(() => createDoctorServer({ ...options, transport: 'http' }), limits);
  const handle: RequestHandler = toNodeHandler(handler, limits);
  return Object.assign(handle, { [Symbol.asyncDispose]: () => handler.close() });
}
