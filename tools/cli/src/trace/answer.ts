import { parseTraceParent } from '@trace-mesh/tracing/trace-context';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Store, StoreOptions } from './store.ts';

export interface Answer {
  /** The object of --json; absent if all was printed already. */
  data?: Record<string, unknown>;
  text: string;
  exitCode: number;
}

/** Runs the work with the store of the options and prints its result. */
export type Answerer = (options: StoreOptions, work: (store: Store) => Promise<Answer>) => Promise<void>;

/** Adds a command that reads one trace. */
export const addCommand = <Options>(
  program: Command,
  answer: Answerer,
  name: string,
  description: string,
  run: (store: Store, id: string, options: Options) => Promise<Answer>,
): Command =>
  withStore(program.command(name))
    .description(description)
    .argument('<id>', 'the trace', traceId)
    .action((id: string, options: StoreOptions & Options) =>
      answer(options, (store) => run(store, id, options)),
    );

export const withStore = (command: Command): Command =>
  withSource(command).option('--json', 'print JSON on stdout and nothing else');

/** The options that name a store. */
export const withSource = (command: Command): Command =>
  command
    .addOption(
      new Option('--target <mesh>', 'read from the mesh of this checkout, or from the one that compose runs')
        .choices(['embedded', 'compose'])
        .default('embedded'),
    )
    .option('--traces <url>', "read from any Jaeger: the address of its query API, without '/api'", url);

/** A trace id in lower case, also from a traceparent. A prefix is refused, because a store finds whole ids only. */
export function traceId(text: string): string {
  const id = parseTraceParent(text)?.traceId ?? text.toLowerCase();
  if (!/^(?!0{32})[0-9a-f]{32}$/.test(id)) {
    throw new InvalidArgumentError('Expected a trace id of 32 hexadecimal digits, or a traceparent.');
  }
  return id;
}

function url(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError('Expected a URL such as http://127.0.0.1:16686.');
  return text;
}
