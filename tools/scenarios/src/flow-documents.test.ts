// What is drawn is what the scenarios say: run `npm run draw` where one of these fails.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scenarios } from './catalog.ts';
import { TRACE_FLOW, traceFlowDocument, withStory } from './flow-documents.ts';
import { client, consumer, inOtherTrace, link, parent, producer, server } from './scenario.ts';
import { hopRow, hopTable, meshFlow, spanFlow } from './trace-flow.ts';

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

it(`${TRACE_FLOW} shows every hop of every scenario`, async () => {
  const text = await read(TRACE_FLOW);
  expect(text).toBe(traceFlowDocument());
  for (const { name, edges } of scenarios)
    for (const edge of edges) {
      const line = text.split('\n').find((line) => line.startsWith(hopRow(edge)));
      expect(line?.split('|').at(-2)?.trim().split(', ')).toContain(name);
    }
});

it('README.md shows the story', async () => {
  const text = await read('README.md');
  expect(text).toBe(withStory(text));
});

it('a README without a place for the picture is an error that names the marks', () => {
  expect(() => withStory('# Trace Mesh')).toThrow('no place for the picture');
});

describe('a picture of the mesh', () => {
  it('leads a message through its queue, and a query to its database, with the rows of both', () => {
    const edges = [
      parent(8, 'sqs', producer('shop', 'send orders'), consumer('packer', 'process orders')),
      parent(22, 'postgres', consumer('packer', 'process orders'), client('packer', 'SELECT stock')),
      parent(1, 'http', client('shop', 'GET'), server('prices', 'GET /prices')),
      parent(25, 'http', client('shop', 'POST'), server('prices', 'POST /prices')),
      link(8, 'sqs', producer('shop', 'send orders'), client('packer', 'receive orders')),
    ];
    expect(meshFlow(edges).split('\n').slice(2)).toEqual([
      '  shop[shop]',
      '  SQS[(SQS)]',
      '  packer[packer]',
      '  Postgres[(Postgres)]',
      '  prices[prices]',
      '  shop -->|8| SQS',
      '  SQS -->|8| packer',
      '  packer -->|22| Postgres',
      '  shop -->|HTTP 1, 25| prices',
      '```',
    ]);
  });
});

it('a picture of spans has each span once, and tells children from links', () => {
  const send = producer('shop', 'send orders');
  const work = consumer('packer', 'process orders');
  const edges = [parent(8, 'sqs', send, work), link(8, 'sqs', send, client('packer', 'receive orders'))];
  expect(spanFlow(edges).split('\n').slice(2)).toEqual([
    '  subgraph shop[shop]',
    '    s0["send orders"]',
    '  end',
    '  subgraph packer[packer]',
    '    s1["process orders"]',
    '    s2["receive orders"]',
    '  end',
    '  s0 -->|8| s1',
    '  s0 -.->|8| s2',
    '```',
  ]);
});

it('the table has each hop once, by row, with the scenarios that have it', () => {
  const first = parent(1, 'http', client('shop', 'GET'), server('prices', 'GET /prices'));
  const job = inOtherTrace(link(13, 'outbox', server('shop', 'POST'), server('shop', 'job')));
  const scenarios = [
    { name: 'order', edges: [job, first] },
    { name: 'offer', edges: [first, first] },
  ];
  expect(hopTable(scenarios).split('\n').slice(2)).toEqual([
    '| 1 | http | `shop` client `GET` → `prices` server `GET /prices` | order, offer |',
    '| 13 | outbox | `shop` server `POST` ⇢ `shop` server `job`, other trace | order |',
  ]);
});
