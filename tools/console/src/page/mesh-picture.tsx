import { isWide } from './media.ts';
import { brokenWays, litWays, NODE, STORES, TALL, WAYS, WIDE, wayOf } from './mesh-map.ts';
import { firing } from './state.ts';

/**
 * The mesh. A way is lit when spans that took it arrive; with the verdict the ways are lit again one after the other, with their
 * numbers, in the order in which the trace took them. The hops have the same as text.
 */
export function MeshPicture() {
  const { width, height, places } = isWide.value ? WIDE : TALL;
  const { spans = [], verdict, traceId } = firing.value ?? {};
  const path = [...litWays(spans)];
  const broken = brokenWays(verdict?.hops ?? []);
  const active = new Set([
    ...spans.map(({ service }) => service),
    ...path.flatMap((way) => way.split(' – ')),
  ]);
  return (
    <svg
      class={`mesh ${verdict ? 'ordered' : ''}`}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={path.length > 0 ? `The mesh; the trace took: ${path.join(', ')}` : 'The mesh'}
    >
      <g key={`${traceId} ${Boolean(verdict)}`}>
        {WAYS.map(([from, to]) => {
          const [x1, y1] = places[from] ?? [0, 0];
          const [x2, y2] = places[to] ?? [0, 0];
          const way = wayOf(from, to);
          const step = path.indexOf(way);
          const state = broken.has(way) ? 'broken' : step >= 0 ? 'lit' : 'dark';
          return (
            <g key={way} class={state} style={{ '--step': step }}>
              <line data-way={way} class={state} x1={x1} y1={y1} x2={x2} y2={y2} />
              {verdict && step >= 0 && (
                <g class="step" data-step={way}>
                  <circle cx={(x1 + x2) / 2} cy={(y1 + y2) / 2} r="10" />
                  <text x={(x1 + x2) / 2} y={(y1 + y2) / 2 + 4}>
                    {step + 1}
                  </text>
                </g>
              )}
            </g>
          );
        })}
      </g>
      {Object.entries(places).map(([name, [x, y]]) => (
        <g
          key={name}
          data-node={name}
          class={`${STORES.includes(name) ? 'store' : 'service'} ${active.has(name) ? 'lit' : 'dark'}`}
        >
          <rect
            x={x - NODE.x}
            y={y - NODE.y}
            width={2 * NODE.x}
            height={2 * NODE.y}
            rx={STORES.includes(name) ? NODE.y : 6}
          />
          <text x={x} y={y + 5}>
            {name}
          </text>
        </g>
      ))}
    </svg>
  );
}
