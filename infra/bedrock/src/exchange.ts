import { once } from 'node:events';
import type { IncomingMessage as Request, ServerResponse as Response } from 'node:http';
import type { z } from 'zod';
import { BedrockError } from './errors.ts';

const MAX_BODY_BYTES = 5 * 1024 * 1024;

export type { Request, Response };

/** A signal that aborts when the caller leaves before the response is complete. */
export function callerLeft(res: Response): AbortSignal {
  const left = new AbortController();
  res.once('close', () => {
    if (!res.writableEnded) left.abort();
  });
  return left.signal;
}

/** The whole body as text. Throws a ValidationException above MAX_BODY_BYTES. */
export async function readBody(req: Request): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new BedrockError('ValidationException', `The request is larger than ${MAX_BODY_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Parses a JSON body. Throws a ValidationException that names the invalid fields. */
export function parseRequest<S extends z.ZodType>(schema: S, body: string): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    const { message } = cause as Error;
    throw new BedrockError('ValidationException', `The request body is not JSON: ${message}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new BedrockError('ValidationException', `Malformed input request: ${faults.join('; ')}`);
}

export function sendJson(
  res: Response,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(JSON.stringify(value));
}

/** Writes one piece and waits while the caller reads slowly. Throws AbortError when the caller leaves. */
export async function writePiece(res: Response, piece: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!res.write(piece)) await once(res, 'drain', { signal });
}
