// Reads what a person names: files, the standard input, and trace stores.
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { requestStore } from '../store-request.ts';
import type { Trace } from '../trace.ts';
import { FILE_FORMATS, type FileFormat, readBytes } from './formats.ts';
import { InputError } from './input-error.ts';
import { type LeftOut, Reading } from './reading.ts';
import type { StoreSearch } from './search.ts';
import { readStore, STORE_NAMES, type Store } from './store.ts';

export type Format = FileFormat | Store;
/** What `--format` accepts. */
export const FORMATS: readonly Format[] = [...FILE_FORMATS, ...STORE_NAMES];

export interface SourceOptions extends StoreSearch {
  /** Of every source; detected without one. */
  format?: Format;
  /** Read for the source `-`. */
  stdin: NodeJS.ReadableStream;
}

/**
 * The traces of all sources, each once: spans of one trace may be in several.
 * @param sources paths, `-`, or `http:` and `https:` addresses of a Jaeger, a Tempo or a file
 * @throws InputError for a source that cannot be read; the signal's reason when aborted
 */
export async function readSources(
  sources: readonly string[],
  options: SourceOptions,
): Promise<{ traces: Trace[]; leftOut: LeftOut[] }> {
  const reading = new Reading();
  for (const source of sources) await readSource(source, options, reading);
  const traces = reading.traces();
  const { service } = options;
  const ofService = traces.filter(({ spans }) => spans.some((span) => span.service === service));
  return { traces: service === undefined ? traces : ofService, leftOut: reading.leftOut };
}

async function readSource(source: string, options: SourceOptions, into: Reading): Promise<void> {
  const { format, request, stdin } = options;
  const isStore = (STORE_NAMES as readonly (string | undefined)[]).includes(format);
  if (/^https?:\/\//.test(source)) {
    if (isStore || (!format && !isFileAt(source)))
      return readStore(source, options, into, format as Store | undefined);
    return readBytes(await download(source, request), source, into, format as FileFormat | undefined);
  }
  if (isStore) throw new InputError(`${source}: not an address (--format ${format} needs http://HOST:PORT)`);
  const bytes = source === '-' ? await buffer(stdin) : await contentOf(source);
  readBytes(bytes, source === '-' ? 'standard input' : source, into, format as FileFormat | undefined);
}

/** A trace in an API, or a file of a web server; all else is a base address. */
const isFileAt = (source: string) => /\/traces\/\w+$|\.\w+$/.test(new URL(source).pathname);

async function download(url: string, request: SourceOptions['request']): Promise<Buffer> {
  const response = await requestStore(url, request).catch((error: Error) => {
    request.signal?.throwIfAborted();
    throw new InputError(`${url}: ${error.message}`, { cause: error });
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.ok) return bytes;
  throw new InputError(`${url}: the answer is ${response.status} (check the address and --header)`);
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file (check the path)',
  EISDIR: 'a folder (name its files)',
  EACCES: 'not readable (check its permissions)',
  ERR_FS_FILE_TOO_LARGE: 'larger than 2 GiB (split it)',
};

async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new InputError(`${path}: ${REASONS[code] ?? message}`, { cause: error });
  }
}
