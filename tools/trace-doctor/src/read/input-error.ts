import type { z } from 'zod';

/** Input that cannot be read. Its message is one line that names the source, the position and the fix. */
export class InputError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    // Parsers quote the input in their messages.
    super(message.replaceAll(/\s+/g, ' '), options);
  }
}

/**
 * The value in the form of its schema.
 * @param form what the value should be, such as `OTLP/JSON`
 * @param where computed only for the message
 * @throws InputError
 */
export function check<T>(schema: z.ZodType<T>, value: unknown, form: string, where: () => string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = [where(), ...(issue?.path ?? [])].join('.');
  throw new InputError(`${at}: not ${form}: ${issue?.message} (export it again, or give --format)`);
}
