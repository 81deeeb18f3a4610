import { scenarios } from '@trace-mesh/scenarios/catalog';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { describe, expect, it } from 'vitest';
import type { ShownHop } from '../messages.ts';
import { brokenWays, type Layout, litWays, NODE, STORY_WAYS, TALL, WAYS, WIDE, wayOf } from './mesh-map.ts';

const span = (service: string, kind: Span['kind'], spanId: string, rest: Partial<Span> = {}): Span => ({
  ...{ traceId: 'a'.repeat(32), spanId, name: 'x', kind, service, startUs: 0, durationUs: 1 },
  ...{ attributes: {}, events: [], links: [], ...rest },
});

it('a way is lit when a span of its receiver has a parent at its sender', () => {
  const call = span('edge-mcp', 'client', 'a');
  expect([...litWays([call])]).toEqual([]);
  const both = [call, span('rest-api', 'server', 'b', { parentSpanId: 'a' })];
  expect([...litWays(both)]).toEqual([wayOf('edge-mcp', 'rest-api')]);
});

it('a message lights the way to its queue, and the way from it when it is processed', () => {
  const attributes = { 'messaging.system.name': 'aws.sqs' };
  const sent = span('rest-api', 'producer', 'a', { attributes });
  expect([...litWays([sent])]).toEqual([wayOf('rest-api', 'SQS')]);
  const both = [sent, span('worker', 'consumer', 'b', { parentSpanId: 'a', attributes })];
  expect([...litWays(both)]).toEqual([wayOf('rest-api', 'SQS'), wayOf('SQS', 'worker')]);
});

it('a broken hop marks the way to its receiver', () => {
  const hop = (from: string, to: string, transport: string) =>
    ({ from, to, transport, ok: false }) as ShownHop;
  const broken = [
    hop('rest-api', 'worker', 'sqs'),
    hop('edge-mcp', 'rest-api', 'http'),
    hop('worker', 'worker', 'bedrock'),
  ];
  expect([...brokenWays(broken)]).toEqual([
    wayOf('SQS', 'worker'),
    wayOf('edge-mcp', 'rest-api'),
    wayOf('worker', 'Bedrock'),
  ]);
});

it('the ways of a trace are in the order in which it took them, whenever their spans arrived', () => {
  const late = span('rest-api', 'server', 'b', { parentSpanId: 'a', startUs: 5 });
  const queue = { 'messaging.system.name': 'aws.sqs' };
  const sent = span('rest-api', 'producer', 'c', { parentSpanId: 'b', startUs: 9, attributes: queue });
  const call = span('edge-mcp', 'client', 'a', { startUs: 1 });
  expect([...litWays([sent, late, call])]).toEqual([wayOf('edge-mcp', 'rest-api'), wayOf('rest-api', 'SQS')]);
});

type Point = [x: number, y: number];

/** Twice the signed area of a triangle: its sign tells on which side of the line from a to b the point c is. */
const side = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point) =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
const cross = ([a, b]: [Point, Point], [c, d]: [Point, Point]) =>
  side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

/** The four sides of a node, with a little room. */
function outline([x, y]: Point): [Point, Point][] {
  const [left, right, up, down] = [x - NODE.x - 4, x + NODE.x + 4, y - NODE.y - 4, y + NODE.y + 4];
  const corners: Point[] = [
    [left, up],
    [right, up],
    [right, down],
    [left, down],
  ];
  return corners.map((corner, index) => [corner, corners[(index + 1) % 4] ?? corner]);
}

describe.each([
  ['wide', WIDE],
  ['narrow', TALL],
])('the map of a %s page', (_, { places, width, height }: Layout) => {
  const at = (name: string): Point => places[name] ?? [Number.NaN, Number.NaN];
  const lines = STORY_WAYS.map(([from, to]): [Point, Point] => [at(from), at(to)]);

  it('has a place for every service of every scenario and for both ends of every way', () => {
    const services = scenarios.flatMap(({ edges }) =>
      edges.flatMap(({ from, to }) => [from.service, to.service]),
    );
    expect(Object.keys(places)).toEqual(expect.arrayContaining([...new Set([...services, ...WAYS.flat()])]));
  });

  it('has no two ways of the story that cross', () => {
    const crossings = lines.flatMap((one, index) =>
      lines.slice(index + 1).filter((other) => cross(one, other)),
    );
    expect(crossings).toEqual([]);
  });

  it('has no way of the story through a node that is not its end, and no node over another or outside the picture', () => {
    for (const [name, place] of Object.entries(places)) {
      const through = STORY_WAYS.filter(([from, to]) => from !== name && to !== name).filter(([from, to]) =>
        outline(place).some((edge) => cross(edge, [at(from), at(to)])),
      );
      expect([name, through]).toEqual([name, []]);
      const over = Object.entries(places).filter(
        ([other, [x, y]]) =>
          other !== name && Math.abs(x - place[0]) < 2 * NODE.x && Math.abs(y - place[1]) < 2 * NODE.y,
      );
      expect([name, over]).toEqual([name, []]);
      expect(place[0] - NODE.x).toBeGreaterThanOrEqual(0);
      expect(place[1] - NODE.y).toBeGreaterThanOrEqual(0);
      expect(place[0] + NODE.x).toBeLessThanOrEqual(width);
      expect(place[1] + NODE.y).toBeLessThanOrEqual(height);
    }
  });
});
