// What the benchmark computes from what it measured.
import { expect, it } from 'vitest';
import { withSection } from './document.ts';
import { countSpans } from './otlp-spans.ts';
import { rowOf } from './overhead.ts';
import { printProfile, summarizeProfile } from './profile.ts';

/** A length-delimited protobuf field. */
const field = (number: number, ...parts: number[][]): number[] => {
  const content = parts.flat();
  return [(number << 3) | 2, (content.length & 0x7f) | 0x80, content.length >> 7, ...content];
};

it('counts the spans of an OTLP request, whatever other fields it has', () => {
  const span = field(2, field(5, Array(200).fill(120)), [0x30, 0x85, 0x01]);
  const scope = field(2, field(1, [1, 2]), span, span, [0x39, 1, 2, 3, 4, 5, 6, 7, 8]);
  const resource = field(1, field(1, [9]), scope, scope, [0x1d, 1, 2, 3, 4]);
  expect(countSpans(Uint8Array.from([...resource, ...resource, ...field(7, [1])]))).toBe(8);
  expect(countSpans(new Uint8Array())).toBe(0);
  expect(() => countSpans(Uint8Array.of(0x0b))).toThrow('wire type 3 is unknown');
});

it('the ratio compares minima, and the median ratio compares what ran in the same round', () => {
  const times = new Map([
    ['none' as const, [100, 200, 100].map((cpuUs) => ({ cpuUs, wallUs: 10 }))],
    ['ours-100' as const, [150, 300, 190].map((cpuUs) => ({ cpuUs, wallUs: cpuUs }))],
  ]);
  expect(rowOf('empty', 'ours-100', times)).toEqual({
    handler: 'empty',
    mode: 'ours-100',
    cpuUs: 150,
    medianUs: 190,
    wallUs: 190,
    ratio: 1.5,
    medianRatio: 1.5,
  });
});

it('without a run of mode none there is no ratio', () => {
  const times = new Map([['sentry' as const, [{ cpuUs: 1, wallUs: 1 }]]]);
  expect(rowOf('empty', 'sentry', times)).toMatchObject({ ratio: null, medianRatio: null });
});

it('a profile is summed by package, by folder of this repository and by function, without idle time', () => {
  const frame = (functionName: string, url: string) => ({
    functionName,
    url,
    scriptId: '',
    lineNumber: 0,
    columnNumber: 0,
  });
  const frames = [
    frame('(idle)', ''),
    frame('query', 'file:///w/node_modules/.pnpm/pg@8/node_modules/pg/lib/client.js'),
    frame('inject', 'file:///w/packages/tracing/src/context/baggage.ts'),
    frame('(garbage collector)', ''),
    frame('connect', 'file:///w/node_modules/.pnpm/pg@8/node_modules/pg/lib/pool.js'),
  ];
  const profile = {
    nodes: frames.map((callFrame, id) => ({ id, callFrame, hitCount: 0, children: [] })),
    startTime: 0,
    endTime: 0,
    samples: [0, 1, 2, 3, 4],
    timeDeltas: [900, 40, 30, 20, 10],
  };
  const summary = summarizeProfile(profile, 10);
  expect(summary.modules).toEqual([
    { name: 'pg', us: 5, share: 0.5 },
    { name: 'packages/tracing/src/context', us: 3, share: 0.3 },
    { name: '(garbage collector)', us: 2, share: 0.2 },
  ]);
  expect(summary.functions[0]).toEqual({ name: 'query · pg', us: 4, share: 0.4 });
  expect(printProfile('empty', summary)).toContain('50.0 %      5.0 µs  pg');
});

it('a table replaces what stands between its marks, and nothing else', () => {
  const text = 'a\n<!-- bench load -->\nold\n<!-- end of load -->\nb\n';
  const written = withSection(text, 'load', 'new');
  expect(written).toBe('a\n<!-- bench load -->\n\nnew\n\n<!-- end of load -->\nb\n');
  expect(withSection(written, 'load', 'new')).toBe(written);
  expect(() => withSection('', 'load', 'new')).toThrow('<!-- bench load -->');
});
