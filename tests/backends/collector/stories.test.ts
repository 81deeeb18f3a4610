// Linked traces through the real collector with the policies of infra/collector: decisions/052-stories-at-the-tail.md.
import { fileURLToPath } from 'node:url';
import { openPrograms } from '@trace-mesh/embedded/program';
import { execa } from 'execa';
import { afterAll, expect, it, vi } from 'vitest';
import { readReal } from '../real.ts';
import { COLLECTOR_PORTS, collectorPrograms, type KeptSpan, openStore } from './collectors.ts';
import { SPANS, type Story } from './stories.fixture.ts';

const STORIES = 10_000;
/** Two in a hundred have an error. */
const EVERY = 50;
/** The policy share-of-the-rest. */
const SHARE = 0.1;
const PATIENCE = { timeout: 120_000, interval: 250 };

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

async function tell(otlp: string): Promise<Story[]> {
  const fixture = fileURLToPath(new URL('stories.fixture.ts', import.meta.url));
  const args = ['--import', '@trace-mesh/tracing/register', fixture, `${STORIES}`, `${EVERY}`];
  const env = {
    ...{
      OTEL_SERVICE_NAME: 'stories',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
      OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
    },
    // Room for all spans: none is dropped before the collector.
    ...{
      OTEL_BSP_MAX_QUEUE_SIZE: `${STORIES * SPANS}`,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BSP_EXPORT_TIMEOUT: '90000',
    },
  };
  const { stdout } = await execa(process.execPath, args, {
    env,
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
  });
  return JSON.parse(stdout.split('\n').at(-1) ?? '') as Story[];
}

/** The spans by their trace. */
const byTrace = (spans: readonly KeptSpan[]) => Map.groupBy(spans, ({ traceId }) => traceId);

it('a story is kept or dropped with all its traces, and always where one span of it has an error', {
  timeout: 300_000,
}, async () => {
  const command = readReal()?.programs.collector;
  if (!command) throw new Error('no collector is there (unsuited.ts leaves this test out)');
  const store = stack.use(await openStore());
  const logDir = fileURLToPath(new URL('../../../.mesh/logs/collector', import.meta.url));
  const opened = stack.use(await openPrograms({ logDir, env: process.env, ports: COLLECTOR_PORTS }));
  const { programs, otlp, decided } = collectorPrograms(command, opened, store.url);
  for (const program of programs) await opened.start(program);

  const stories = await tell(otlp);
  const spansOf = ({ traceIds }: Story, kept: ReadonlyMap<string, KeptSpan[]>) =>
    traceIds.reduce((sum, traceId) => sum + (kept.get(traceId)?.length ?? 0), 0);
  const partsOf = (some: readonly Story[]) => {
    const kept = byTrace(store.spans);
    return some.map((story) => spansOf(story, kept)).filter((count) => count !== SPANS);
  };
  await vi.waitFor(async () => {
    const [first = 0, second = 0] = await decided();
    expect(first + second).toBe(STORIES);
    // Tier 1 gives both a share.
    expect(Math.min(first, second)).toBeGreaterThan(STORIES / 5);
  }, PATIENCE);
  // What was decided may still be on its way.
  await vi.waitFor(() => {
    expect(partsOf(stories.filter(({ failed }) => failed))).toEqual([]);
    expect(partsOf(stories).filter((count) => count > 0)).toEqual([]);
  }, PATIENCE);

  const kept = byTrace(store.spans);
  const others = stories.filter(({ failed }) => !failed);
  const share = others.filter(({ traceIds: [first = ''] }) => kept.has(first)).length;
  // Five standard deviations.
  expect(Math.abs(share - others.length * SHARE)).toBeLessThan(
    5 * Math.sqrt(others.length * SHARE * (1 - SHARE)),
  );
  expect(
    [...kept.keys()].filter((traceId) => !stories.some(({ traceIds }) => traceIds.includes(traceId))),
  ).toEqual([]);
  const ids = new Set(store.spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
  const links = store.spans.flatMap((span) => span.links ?? []);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter(({ traceId, spanId }) => !ids.has(`${traceId} ${spanId}`))).toEqual([]);
  expect(
    store.spans.flatMap((span) => span.attributes ?? []).filter(({ key }) => key === 'mesh.trace_id'),
  ).toEqual([]);
});
