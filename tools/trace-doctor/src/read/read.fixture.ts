import type { FileFormat } from './formats.ts';
import { readBytes } from './formats.ts';
import { Reading } from './reading.ts';

/** What a file has, which holds the given bytes, text or document. */
export function readFileOf(content: unknown, format?: FileFormat) {
  const reading = new Reading();
  const isRaw = typeof content === 'string' || Buffer.isBuffer(content);
  readBytes(Buffer.from(isRaw ? content : JSON.stringify(content)), 'spans.json', reading, format);
  const traces = reading.traces();
  return { traces, spans: traces.flatMap(({ spans }) => spans), leftOut: reading.leftOut };
}
