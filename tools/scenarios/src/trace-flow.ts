// How traces flow, drawn from the one table of edges: pictures in Mermaid and a table in Markdown, for docs and README.
import type { Edge, SpanSelector } from '@trace-mesh/trace-doctor/edges';
import { STORE_OF, VIA } from './diagram.ts';
import type { Scenario } from './scenario.ts';

/** The transports between services; those of a store are named by its node. */
const WORDS: Record<string, string> = {
  grpc: 'gRPC',
  http: 'HTTP',
  mcp: 'MCP',
  websocket: 'WebSocket',
  'websocket-binary': 'WebSocket',
};

/** A way that context takes. */
export interface Way {
  from: string;
  to: string;
  transport: string;
  row: number;
}

/** The ways between services and stores that an edge takes; none for one that stays in its service, or only links. */
export function waysOf({ from, to, transport, relation, row }: Edge): Way[] {
  if (relation === 'link') return [];
  const way = (a: string, b: string): Way => ({ from: a, to: b, transport, row });
  const store = to.kind === 'client' ? STORE_OF[transport] : undefined;
  if (store) return [way(from.service, store)];
  const via = VIA[transport];
  if (from.service === to.service) return transport === 'outbox' && via ? [way(from.service, via)] : [];
  return via ? [way(from.service, via), way(via, to.service)] : [way(from.service, to.service)];
}

const nodeId = (name: string) => name.replaceAll('-', '_');
const isStore = (name: string) => Object.values({ ...VIA, ...STORE_OF }).includes(name);
const node = (name: string) => `  ${nodeId(name)}${isStore(name) ? `[(${name})]` : `[${name}]`}`;

/** The services and stores of these edges, and the ways between them, each with its rows of the propagation matrix. */
export function meshFlow(edges: readonly Edge[]): string {
  const ways = Map.groupBy(edges.flatMap(waysOf), ({ from, to }) => `${nodeId(from)} -->|…| ${nodeId(to)}`);
  const names = new Set([...ways.values()].flat().flatMap(({ from, to }) => [from, to]));
  const arrows = [...ways].map(([arrow, taken]) => `  ${arrow.replace('…', wordsFor(taken))}`);
  return mermaid(['flowchart LR', ...[...names].map(node), ...arrows]);
}

/** A store is named by its node: what leads to it or from it needs its rows alone. */
function wordsFor(ways: readonly Way[]): string {
  const rows = [...new Set(ways.map(({ row }) => row))].sort((a, b) => a - b).join(', ');
  const words = ways.map(({ from, to, transport }) => {
    if (transport === 'outbox') return 'outbox';
    return isStore(from) || isStore(to) ? '' : (WORDS[transport] ?? transport);
  });
  return [...new Set(words)].filter(Boolean).concat(rows).join(' ');
}

/** The spans of one trace as its edges know them, each in its service's box: solid arrows to children, dotted ones to spans that link back. */
export function spanFlow(edges: readonly Edge[]): string {
  const ids = new Map<string, string>();
  const idOf = (span: SpanSelector) => {
    const key = JSON.stringify(span);
    const id = ids.get(key) ?? `s${ids.size}`;
    ids.set(key, id);
    return id;
  };
  const arrows = edges.map(
    ({ from, to, relation, row }) =>
      `  ${idOf(from)} ${relation === 'parent' ? '-->' : '-.->'}|${row}| ${idOf(to)}`,
  );
  const spans = [...ids].map(([key, id]) => ({ ...(JSON.parse(key) as SpanSelector), id }));
  const services = [...Map.groupBy(spans, ({ service }) => service)];
  const boxes = services.flatMap(([service, own]) => [
    `  subgraph ${nodeId(service)}[${service}]`,
    ...own.map(({ id, name }) => `    ${id}["${name}"]`),
    '  end',
  ]);
  return mermaid(['flowchart LR', ...boxes, ...arrows]);
}

const mermaid = (lines: readonly string[]) => ['```mermaid', ...lines, '```'].join('\n');

const spanOf = ({ service, kind, name }: SpanSelector) => `\`${service}\` ${kind} \`${name}\``;

/** A hop as a row of the table, without its scenarios. */
export function hopRow({ row, transport, from, to, relation, inOtherTrace }: Edge): string {
  const arrow = relation === 'parent' ? '→' : '⇢';
  return `| ${row} | ${transport} | ${spanOf(from)} ${arrow} ${spanOf(to)}${inOtherTrace ? ', other trace' : ''} |`;
}

/** A table of all hops by row of the matrix, each once, with the scenarios that have it. */
export function hopTable(scenarios: readonly Pick<Scenario, 'name' | 'edges'>[]): string {
  const hops = scenarios.flatMap(({ name, edges }) => edges.map((edge) => ({ name, edge })));
  const sorted = hops.toSorted((a, b) => a.edge.row - b.edge.row);
  const rows = [...Map.groupBy(sorted, ({ edge }) => hopRow(edge))].map(
    ([row, found]) => `${row} ${[...new Set(found.map(({ name }) => name))].join(', ')} |`,
  );
  return ['| row | over | hop | scenarios |', '|---|---|---|---|', ...rows].join('\n');
}
