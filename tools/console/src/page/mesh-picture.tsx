import { brokenWays, HEIGHT, litWays, NODES, STORES, WAYS, wayOf } from './mesh-map.ts';
import { firing } from './state.ts';

/** The mesh: each way is lit when the spans that took it arrive. The table of hops has the same as text. */
export function MeshPicture() {
  const spans = firing.value?.spans ?? [];
  const lit = litWays(spans);
  const broken = brokenWays(firing.value?.verdict?.hops ?? []);
  const active = new Set(spans.map(({ service }) => service));
  const stateOf = (way: string) => (broken.has(way) ? 'broken' : lit.has(way) ? 'lit' : 'dark');
  return (
    <svg
      class="mesh"
      viewBox={`0 0 840 ${HEIGHT}`}
      role="img"
      aria-label={`The mesh; ${lit.size} ways have been taken`}
    >
      {WAYS.map(([from, to]) => {
        const [x1, y1] = NODES[from] ?? [0, 0];
        const [x2, y2] = NODES[to] ?? [0, 0];
        const way = wayOf(from, to);
        return <line key={way} data-way={way} class={stateOf(way)} x1={x1} y1={y1} x2={x2} y2={y2} />;
      })}
      {Object.entries(NODES).map(([name, [x, y]]) => {
        const touched =
          active.has(name) ||
          (STORES.includes(name) && [...lit].some((way) => way.split(' – ').includes(name)));
        return (
          <g
            key={name}
            data-node={name}
            class={`${STORES.includes(name) ? 'store' : 'service'} ${touched ? 'lit' : 'dark'}`}
          >
            <rect x={x - 52} y={y - 20} width="104" height="40" rx={STORES.includes(name) ? 20 : 6} />
            <text x={x} y={y + 5}>
              {name}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
