// What every command gives, and what every command takes.
import { parseTraceParent } from '@trace-mesh/tracing/trace-context';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Store } from './store.ts';

export interface Answer {
  /** The object of --json; absent where all was printed already. */
  data?: Record<string, unknown>;
  /** The same for a person. */
  text: string;
  /** See --help. */
  exitCode: number;
}

export interface StoreOptions {
  target: 'embedded' | 'compose';
  /** Any Jaeger's query API, instead of a mesh's. */
  traces?: string;
  json?: true;
}

/** Runs the work with the store that the options name, and prints what it answers. */
export type Answerer = (options: StoreOptions, work: (store: Store) => Promise<Answer>) => Promise<void>;

/** The options that every command has. */
export const withStore = (command: Command): Command =>
  command
    .addOption(
      new Option('--target <mesh>', 'read from the mesh of this checkout, or from the one that compose runs')
        .choices(['embedded', 'compose'])
        .default('embedded'),
    )
    .option('--traces <url>', "read from any Jaeger: the address of its query API, without '/api'", url)
    .option('--json', 'print JSON on stdout and nothing else');

/** A trace id in lower case; of a traceparent, its trace id. A store finds whole ids only, so a prefix is refused. */
export function traceId(text: string): string {
  const id = parseTraceParent(text)?.traceId ?? text.toLowerCase();
  if (!/^(?!0{32})[0-9a-f]{32}$/.test(id)) {
    throw new InvalidArgumentError('A trace id is 32 hexadecimal digits; a traceparent will do as well.');
  }
  return id;
}

function url(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:16686.');
  return text;
}
