import { expect, it } from 'vitest';
import { checkEdges } from './edges.ts';
import { linkTo, makeSpan, makeTrace, processed, send, sqsEdge } from './spans.fixture.ts';
import type { Span } from './trace.ts';
import { formatHops, formatTree, MAX_LINKING_NAMED, treeRows } from './tree.ts';

const root = makeSpan('root', 'agent', {
  name: 'tools/call create_task',
  kind: 'client',
  durationUs: 12_345,
});
const child = { ...send, parentSpanId: 'root', startUs: 10 };
const settle = makeSpan('settle', 'worker', { name: 'Settle', kind: 'client', parentSpanId: 'root' });

it('children are drawn below their parent, by start time, with the hop where it arrives', () => {
  const trace = makeTrace(processed, child, root, { ...settle, startUs: 20 });
  expect(formatTree(trace, checkEdges(trace, [sqsEdge]))).toBe(
    [
      'tools/call create_task  agent     client       12.3 ms',
      '├─ send tasks           rest-api  producer      1.5 ms',
      '│  └─ process tasks     worker    consumer      1.5 ms  ✓ sqs',
      '└─ Settle               worker    client        1.5 ms',
    ].join('\n'),
  );
});

it('an orphan is drawn as a root, with the broken hop', () => {
  const trace = makeTrace(root, processed);
  const lines = formatTree(trace, checkEdges(trace, [sqsEdge])).split('\n');
  expect(lines[1]).toMatch(/^process tasks .* ✗ sqs$/);
});

it('links inside the trace, links to another trace, and errors are marked', () => {
  const elsewhere = { traceId: 'b'.repeat(32), spanId: 'x' };
  const status = { code: 'ERROR', message: 'no budget' } as const;
  const trace = makeTrace(send, { ...processed, links: [linkTo(send), elsewhere], status });
  expect(formatTree(trace, []).split('\n')[1]).toMatch(
    new RegExp(`  ↗ send tasks \\(rest-api\\)  ↗ trace ${'b'.repeat(32)}  error: no budget$`),
  );
});

it('a line break or an escape sequence in a name stays on its line', () => {
  const tree = formatTree(makeTrace({ ...send, name: 'a\nb\u001b[2Jc' }), []);
  expect(tree).toMatch(/^a bc {2}rest-api/);
});

it('output is coloured only on request', () => {
  const trace = makeTrace(child, processed);
  const hops = checkEdges(trace, [sqsEdge]);
  expect(formatTree(trace, hops)).not.toContain('\u001b');
  expect(formatTree(trace, hops, { color: true })).toContain('\u001b[32m✓ sqs');
});

it('each hop is listed as holding, as broken or as not to be judged, with the reason', () => {
  const good = checkEdges(makeTrace(send, processed), [sqsEdge]);
  const bad = checkEdges(makeTrace(send), [{ ...sqsEdge, relation: 'link', transport: 'sqs batch' }]);
  const [unproven] = good.map((hop) => ({ ...hop, unproven: 'its trace expired' }));
  expect(formatHops([...good, ...bad, ...(unproven ? [unproven] : [])]).split('\n')).toEqual([
    '✓ sqs        rest-api → worker',
    expect.stringMatching(/^✗ sqs batch {2}rest-api ⇢ worker: no span 'process tasks'/),
    '? sqs        rest-api → worker: its trace expired',
  ]);
});

it('offsets show when each span started', () => {
  const lines = formatTree(makeTrace(root, child), [], { offsets: true }).split('\n');
  expect(lines[1]).toBe('└─ send tasks           rest-api  producer      +0.0      1.5 ms');
});

it('spans that link to a span are named up to a limit, then counted', () => {
  const linking = Array.from({ length: MAX_LINKING_NAMED + 2 }, (_, n) =>
    makeSpan(`reader-${n}`, 'worker', { name: 'receive', links: [linkTo(send)] }),
  );
  const elsewhere = { ...makeSpan('job', 'worker', { links: [linkTo(send)] }), traceId: 'b'.repeat(32) };
  const tree = (...spans: Span[]) => formatTree(makeTrace(send), [], { linking: spans });
  expect(tree(elsewhere)).toMatch(new RegExp(`  ↙ job work \\(worker\\) in trace ${'b'.repeat(32)}$`));
  expect(tree(...linking)).toMatch(/( {2}↙ receive \(worker\)){3} {2}↙ and 2 more$/);
});

it('spans whose parents form a cycle are drawn after the others, each once', () => {
  const one = makeSpan('one', 'worker', { parentSpanId: 'two' });
  const two = makeSpan('two', 'worker', { parentSpanId: 'one', startUs: 1 });
  const rows = treeRows(makeTrace(one, two, root));
  expect(rows.map(({ span, depth }) => [span.spanId, depth])).toEqual([
    ['root', 0],
    ['one', 0],
    ['two', 1],
  ]);
});

it('a trace that is deeper than the stack is drawn', () => {
  const deep = Array.from({ length: 20_000 }, (_, n) =>
    makeSpan(`${n}`, 'worker', n > 0 ? { parentSpanId: `${n - 1}` } : {}),
  );
  expect(treeRows(makeTrace(...deep)).at(-1)?.depth).toBe(19_999);
});
