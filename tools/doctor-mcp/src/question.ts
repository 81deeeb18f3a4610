// A question to the doctor, as a tool of an MCP server: arguments, reading, paging, failures.
import type { CallToolResult, McpServer, ServerContext } from '@modelcontextprotocol/server';
import type { Store } from '@trace-mesh/trace-doctor/answers/store';
import type { Logger } from '@trace-mesh/tracing/logger';
import { parseTraceParent } from '@trace-mesh/tracing/trace-context';
import { z } from 'zod';
import { callKey, cursorFor, placeOf } from './cursor.ts';
import { explain, InputError } from './input-error.ts';
import { type Answer, type Lines, PAGE, pageOf } from './page.ts';

/** How long a call may take, in ms. */
const TIMEOUT_MS = 20_000;
/** How large an answer may be in bytes, as JSON: by default, at least, at most. */
const DEFAULT_BYTES = 4_000;
export const MIN_BYTES = 2_000;
const MAX_BYTES = 1_000_000;
/** What the protocol adds to an answer: the type of the result, and the server's name. */
const ENVELOPE_BYTES = 200;

export interface Question<Input extends z.ZodRawShape, Data extends Record<string, unknown>> {
  name: string;
  title: string;
  description: string;
  input: Input;
  /** The schema of its answer, without the parts of a page. */
  answer: z.ZodObject & z.ZodType<Data>;
  /** Answers. `after` is the place of a trace in a list that grows; see `placeAfter`. */
  ask(store: Store, input: z.output<z.ZodObject<Input>>, after: string | undefined): Promise<Data>;
  head: Answer<Data>['head'];
  lines: Lines<Data>;
  /** For a list that grows: the place of its entry `index`, from which `ask` continues. */
  placeAfter?(data: Data, index: number): string;
}

/** What answers are read from. */
export interface Source {
  /** Opens the trace store. Rejects with one line that gives the fix if there is none. */
  open(signal: AbortSignal): Promise<Store>;
  logger: Logger;
}

/** The id of a trace as an argument of a tool. */
export const TraceId = z
  .string()
  .max(200)
  .describe('32 hexadecimal digits, such as the X-Trace-ID of a response; a traceparent will do');

const PagingInput = {
  cursor: z.string().max(200).optional().describe('nextCursor of the page before; needs the same arguments'),
  maxBytes: z
    .int()
    .min(MIN_BYTES)
    .max(MAX_BYTES)
    .default(DEFAULT_BYTES)
    .describe('The largest answer, in bytes of JSON'),
};

/** All of these tools read, and change nothing. */
const ANNOTATIONS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Registers the question as a tool. */
export function registerQuestion<Input extends z.ZodRawShape, Data extends Record<string, unknown>>(
  server: McpServer,
  source: Source,
  question: Question<Input, Data>,
): void {
  const { name, title, description } = question;
  const config = {
    ...{ title, description, annotations: ANNOTATIONS },
    inputSchema: z.strictObject({ ...question.input, ...PagingInput }),
    outputSchema: question.answer.extend(PAGE),
  };
  server.registerTool(name, config, (input, ctx) => answer(question, source, input as never, ctx));
}

async function answer<Input extends z.ZodRawShape, Data extends Record<string, unknown>>(
  question: Question<Input, Data>,
  { open, logger }: Source,
  { cursor, maxBytes, ...input }: z.output<z.ZodObject<Input>> & z.output<z.ZodObject<typeof PagingInput>>,
  ctx: ServerContext,
): Promise<CallToolResult> {
  const cancelled = ctx.mcpReq.signal;
  try {
    const call = callKey(question.name, input);
    const place = placeOf(cursor, call);
    const store = await open(AbortSignal.any([cancelled, AbortSignal.timeout(TIMEOUT_MS)]));
    const data = await question.ask(store, input as never, place);
    const { head, lines, placeAfter } = question;
    const count = Object.keys(lines).reduce((sum, list) => sum + (data[list] as unknown[]).length, 0);
    const cursorAt = (index: number) =>
      cursorFor(call, placeAfter ? placeAfter(data, index - 1) : `${index}-${count}`);
    const from = placeAfter || place === undefined ? 0 : startOf(place, count);
    return pageOf({ data, head, lines }, { from, maxBytes: maxBytes - ENVELOPE_BYTES, cursorAt });
  } catch (error) {
    // A cancelled call has no answer.
    if (cancelled.aborted) throw error;
    const known = explain(error);
    if (known === undefined) logger.error({ err: error, tool: question.name }, 'answering a question failed');
    return { isError: true, content: [{ type: 'text', text: known ?? 'internal error (see the log)' }] };
  }
}

/** The first entry of a page of an answer with `count` entries. */
function startOf(place: string, count: number): number {
  const [, from, of] = /^(\d+)-(\d+)$/.exec(place) ?? [];
  if (from === undefined) throw new InputError('cursor: not a cursor (pass the nextCursor of an answer)');
  if (Number(of) === count) return Number(from);
  throw new InputError(
    `cursor: the trace has changed since, from ${of} entries to ${count} (call again without a cursor)`,
  );
}

/**
 * A trace id in lower case, also from a traceparent.
 * @throws InputError for anything else: a store finds whole ids only
 */
export function traceIdOf(text: string, argument = 'traceId'): string {
  const id = parseTraceParent(text)?.traceId ?? text.trim().toLowerCase();
  if (/^(?!0{32})[0-9a-f]{32}$/.test(id)) return id;
  throw new InputError(
    `${argument}: not a trace id (pass 32 hexadecimal digits, such as the X-Trace-ID of a response, or a traceparent; find_traces lists ids)`,
  );
}
