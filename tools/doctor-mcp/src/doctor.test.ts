// Every tool, asked by an unmodified client in both protocol eras.
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';
import { describe, expect, it } from 'vitest';
import { connect, ERAS, type Era, serveTraces } from './doctor.fixture.ts';

const ID = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const now = () => (Date.now() - 30_000) * 1000;

function makeSpan(traceId: string, spanId: string, service: string, parts: Partial<Span> = {}): Span {
  const facts = { durationUs: 2_000, attributes: {}, events: [], links: [], startUs: now() };
  return { ...facts, traceId, spanId, service, name: `${spanId} work`, kind: 'internal', ...parts };
}

const sqs = {
  'messaging.system.name': 'aws.sqs',
  'messaging.message.id': 'm-1',
  'messaging.destination.name': 'tasks',
};
const send = { ...sqs, 'messaging.operation.name': 'send', 'messaging.operation.type': 'send' };
const process = { ...sqs, 'messaging.operation.name': 'process', 'messaging.operation.type': 'process' };

/** A message that lost its context: two traces. */
function broken(): Trace[] {
  const taken = { 'mesh.messaging.context_place': 'none', 'mesh.messaging.user_attributes': 10 };
  const root = makeSpan(ID, 'root', 'agent', { name: 'ask', durationUs: 10_000 });
  const sent = {
    name: 'send tasks',
    kind: 'producer',
    parentSpanId: 'root',
    attributes: { ...send, ...taken },
  } as const;
  const received = {
    name: 'process tasks',
    kind: 'consumer',
    startUs: now() + 5_000,
    attributes: process,
  } as const;
  return [
    { traceId: ID, spans: [root, makeSpan(ID, 'send', 'rest-api', sent)] },
    { traceId: OTHER, spans: [makeSpan(OTHER, 'process', 'worker', received)] },
  ];
}

/** A trace with many spans. */
const large = (count: number): Trace => ({
  traceId: ID,
  spans: Array.from({ length: count }, (_, n) =>
    makeSpan(ID, `${n}`, 'worker', n > 0 ? { parentSpanId: '0', name: `GET /things/${n}` } : {}),
  ),
});

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const textOf = (result: { content: unknown[] }) => (result.content[0] as { text: string }).text;

describe.each(Object.keys(ERAS) as Era[])('over HTTP, %s era', (era) => {
  async function open(traces: Trace[]) {
    const stack = new AsyncDisposableStack();
    const doctor = stack.use(await serveTraces(traces));
    const client = stack.use(await connect(doctor.url, era));
    const ask = async (name: string, args: Record<string, unknown> = {}) => {
      const result = await client.callTool({ name, arguments: args });
      // biome-ignore lint/suspicious/noExplicitAny: the answers of eight tools.
      return { ...result, data: result.structuredContent as any, text: textOf(result as never) };
    };
    return Object.assign(stack, { doctor, client, ask });
  }

  it('the eight tools are read-only and have a schema of their answers', async () => {
    await using doctor = await open([]);
    const { tools } = await doctor.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      ...['find_traces', 'show_trace', 'check_trace', 'explain_missing_hop'],
      ...['slow_path', 'first_error', 'cost_of', 'diff_traces'],
    ]);
    for (const { annotations, outputSchema, inputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect(outputSchema?.properties).toHaveProperty('nextCursor');
      expect(inputSchema.properties).toHaveProperty('maxBytes');
    }
  });

  it('a lost context is found by search, verdict and explanation', async () => {
    await using doctor = await open(broken());
    const { data: found } = await doctor.ask('find_traces', { only: 'broken' });
    expect(found.traces).toMatchObject([
      { traceId: ID, problem: expect.stringContaining('10 user attributes') },
    ]);
    const checked = await doctor.ask('check_trace', { traceId: ID });
    expect(checked.data).toMatchObject({ ok: false, diagnoses: [{ cause: 'no-room-for-context' }] });
    const explained = await doctor.ask('explain_missing_hop', { traceId: `00-${ID}-b7ad6b7169203331-01` });
    expect(explained.data.causes).toMatchObject([
      { cause: 'no-room-for-context', spans: [{ spanId: 'send' }, { traceId: OTHER, spanId: 'process' }] },
    ]);
    expect(explained.text).toMatch(/cause no-room-for-context: .*\n {2}fix: in the sender: use at most 10/);
  });

  it('tree, time, errors, cost and differences of a trace are those of the command line', async () => {
    await using doctor = await open(broken());
    const { data: tree, text } = await doctor.ask('show_trace', { traceId: ID, details: true });
    expect(tree.tree).toMatchObject([
      { depth: 0, spanId: 'root' },
      { depth: 1, attributes: send },
    ]);
    expect(text).toMatch(/^ask \(agent, internal\) \+0\.0 10\.0 ms$/m);
    const slow = await doctor.ask('slow_path', { traceId: ID });
    expect(slow.data.criticalPath.map(({ name }: Span) => name)).toEqual(['ask', 'send tasks']);
    expect((await doctor.ask('first_error', { traceId: ID })).text).toContain('no error');
    expect((await doctor.ask('cost_of', { traceId: ID })).data.total).toMatchObject({ calls: 0 });
    const { data: diff } = await doctor.ask('diff_traces', { a: ID, b: OTHER });
    expect(diff).toMatchObject({ ok: false, missing: [{ name: 'ask' }, { name: 'send tasks' }] });
  });

  it('an answer is smaller than 4,000 bytes unless more is asked for, and its pages give the whole trace', async () => {
    await using doctor = await open([large(120)]);
    const names: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await doctor.ask('show_trace', { traceId: ID, ...(cursor && { cursor }) });
      const { data: _, text: __, ...wire } = page;
      expect(bytes(wire)).toBeLessThanOrEqual(4_000);
      names.push(...page.data.tree.map(({ name }: Span) => name));
      cursor = page.data.nextCursor;
      if (cursor)
        expect(page.text).toContain(`${page.data.more} more: repeat the call with cursor "${cursor}"`);
    }
    expect(names).toEqual(large(120).spans.map(({ name }) => name));
    const { data } = await doctor.ask('show_trace', { traceId: ID, maxBytes: 1_000_000 });
    expect(data).toMatchObject({ more: 0, tree: { length: 120 } });
  });

  it('pages of a search continue after the last trace, whatever arrived meanwhile', async () => {
    const one = (n: number, id = n.toString(16).padStart(32, 'c')): Trace => ({
      traceId: id,
      spans: [makeSpan(id, 'root', 'worker', { startUs: now() - n * 1_000_000 })],
    });
    const traces = Array.from({ length: 30 }, (_, n) => one(n + 1));
    await using doctor = await open(traces);
    const first = await doctor.ask('find_traces', { maxBytes: 2_000 });
    traces.unshift(one(-5));
    const rest = await doctor.ask('find_traces', { cursor: first.data.nextCursor, maxBytes: 50_000 });
    const ids = [...first.data.traces, ...rest.data.traces].map(({ traceId }: Span) => traceId);
    expect(ids).toEqual(traces.slice(1).map(({ traceId }) => traceId));
  });

  it.each([
    ['an unknown trace', 'check_trace', { traceId: OTHER }, /^no such trace: b+ .*find_traces/],
    [
      'a malformed id',
      'show_trace',
      { traceId: 'abc' },
      /^traceId: not a trace id \(pass 32 hex.*X-Trace-ID/,
    ],
    ['a malformed second id', 'diff_traces', { a: ID, b: '0'.repeat(32) }, /^b: not a trace id/],
    ['text as a cursor', 'slow_path', { traceId: ID, cursor: 'x' }, /^cursor: not a cursor/],
    ['the cursor of another call', 'slow_path', { traceId: ID, cursor: '01234567.1-2' }, /other arguments/],
    ['a time without unit', 'find_traces', { since: '10' }, /expected a time such as 30s, 10m or 2h/],
    ['a misspelled argument', 'check_trace', { traceid: ID }, /traceId/],
    ['an unknown tool', 'heal_trace', {}, /heal_trace/],
  ])('%s is refused with the fix', async (_what, tool, args, message) => {
    await using doctor = await open([large(2)]);
    const refused = await doctor
      .ask(tool, args)
      .catch((error: Error) => ({ isError: true, text: error.message }));
    expect(refused).toMatchObject({ isError: true, text: expect.stringMatching(message) });
    expect(doctor.doctor.logged).toEqual([]);
  });

  it('a cursor is refused when the trace has grown since', async () => {
    const traces = [large(120)];
    await using doctor = await open(traces);
    const { data } = await doctor.ask('show_trace', { traceId: ID });
    traces[0] = large(121);
    const refused = await doctor.ask('show_trace', { traceId: ID, cursor: data.nextCursor });
    expect(refused).toMatchObject({
      isError: true,
      text: expect.stringMatching(/has changed since, from 120/),
    });
  });

  it('a store that does not answer is named', async () => {
    await using doctor = await open([large(2)]);
    await doctor.doctor.store[Symbol.asyncDispose]();
    const refused = await doctor.ask('find_traces');
    expect(refused).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^the trace store does not answer at/),
    });
  });
});
