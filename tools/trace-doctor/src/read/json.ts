// JSON that is one document, or one on each line.
import { InputError } from './input-error.ts';

export interface JsonDocument {
  value: unknown;
  /** The source, with the line when it has several. */
  from: string;
}

/** PowerShell's `>` writes UTF-16 with a byte order mark. */
export const isUtf16 = (bytes: Buffer): boolean => bytes[0] === 0xff && bytes[1] === 0xfe;

/**
 * The documents of a file, each parsed when it is asked for: a large file of lines never stands in memory as objects.
 * The memory of a large buffer is freed.
 * @throws InputError with the position of what is not JSON
 */
export function* parseDocuments(bytes: Buffer, from: string): Generator<JsonDocument> {
  const utf8 = isUtf16(bytes) ? Buffer.from(bytes.toString('utf16le')) : bytes;
  if (hasLines(utf8)) yield* parseLines(utf8, from);
  else yield { value: parse(utf8, from, { release: true }), from };
}

/** The first line of a document that is printed over several lines is not JSON. */
function hasLines(bytes: Buffer): boolean {
  const end = bytes.indexOf('\n');
  if (end === -1 || bytes.subarray(end).every((byte) => byte <= 0x20)) return false;
  try {
    JSON.parse(toText(bytes.subarray(0, end)));
    return true;
  } catch {
    return false;
  }
}

function* parseLines(bytes: Buffer, from: string): Generator<JsonDocument> {
  for (let line = 1, start = 0; start < bytes.length; line++) {
    const next = bytes.indexOf('\n', start);
    const end = next === -1 ? bytes.length : next;
    const one = bytes.subarray(start, end);
    const where = `${from}:${line}`;
    if (one.some((byte) => byte > 0x20)) yield { value: parse(one, where), from: where };
    start = end + 1;
  }
}

function parse(bytes: Buffer, from: string, { release = false } = {}): unknown {
  const text = withExactTimes(toText(bytes));
  if (release) free(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    throw new InputError(`${from}: not valid JSON: ${message} (copy or export it again)`, { cause: error });
  }
}

/** Callers still refer to a large file, whose objects need its memory. Small buffers share theirs. */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Without a byte order mark. */
const toText = (bytes: Buffer) => new TextDecoder().decode(bytes);

/** Some writers print nanoseconds as numbers, which JavaScript would round: they become strings, as OTLP/JSON has them. */
function withExactTimes(text: string): string {
  const time = text.indexOf('UnixNano"');
  if (time === -1 || !/^UnixNano"\s*:\s*\d/.test(text.slice(time, time + 20))) return text;
  return text.replace(/((?<!\\)"\w+UnixNano"\s*:\s*)(\d+)/g, '$1"$2"');
}
