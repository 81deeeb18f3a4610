import type { z } from 'zod';
import { BedrockError } from '../errors.ts';

/** Parses a JSON body. Throws ValidationException, naming the field, where it does not fit. */
export function parseRequest<S extends z.ZodType>(schema: S, body: string): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw new BedrockError(
      'ValidationException',
      `The request body is not JSON: ${(cause as Error).message}`,
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new BedrockError('ValidationException', `Malformed input request: ${faults.join('; ')}`);
}
