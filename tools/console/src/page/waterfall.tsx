import type { WireRecord } from '@trace-mesh/faults/wire';
import { BROWSER } from '@trace-mesh/scenarios/browser';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import type { ShownHop } from '../messages.ts';
import { STORES, WIDE } from './mesh-map.ts';
import { firing, unfolded } from './state.ts';
import { durationOf, foldRows, hueOf, rowsOf, type ShownRow } from './waterfall-rows.ts';

const SERVICES = Object.keys(WIDE.places).filter((name) => !STORES.includes(name));

/** The trace on a time line, with each hop and what it had on the wire at its receiver. What has no hop is folded. */
export function Waterfall() {
  const { spans = [], verdict, wire = [], mystery } = firing.value ?? {};
  if (!(verdict || mystery) || spans.length === 0) return null;
  const hopsAt = ({ spanId }: Span) => (verdict?.hops ?? []).filter((hop) => hop.spanIds.includes(spanId));
  const all = rowsOf(spans);
  // Without a verdict every span is shown: a mark would give the mystery away.
  const matters = (span: Span) => !verdict || hopsAt(span).length > 0 || span.status?.code === 'ERROR';
  const rows = foldRows(all, matters, unfolded.value);
  const isFolded = rows.length < all.length;
  return (
    <section class="waterfall" aria-labelledby="waterfall-title">
      <header>
        <h2 id="waterfall-title">
          Waterfall{' '}
          <small>{isFolded ? `${rows.length} of ${all.length} spans` : `${all.length} spans`}</small>
        </h2>
        <button
          type="button"
          onClick={() => {
            unfolded.value = new Set(isFolded ? spans.map(({ spanId }) => spanId) : []);
          }}
        >
          {isFolded ? 'Show all spans' : 'Show hops only'}
        </button>
      </header>
      <ol>
        {rows.map((row) => (
          <SpanRow key={row.span.spanId} row={row} hops={hopsAt(row.span)} ownWire={wire} />
        ))}
      </ol>
    </section>
  );
}

interface SpanRowProps {
  row: ShownRow;
  hops: ShownHop[];
  ownWire: WireRecord[];
}

function SpanRow({ row: { span, depth, left, width, folded }, hops, ownWire }: SpanRowProps) {
  const { name, service, kind, spanId, status } = span;
  return (
    <li class={status?.code === 'ERROR' ? 'failed' : ''} style={{ '--hue': hueOf(service, SERVICES) }}>
      <span class="span" style={{ '--depth': depth }} title={`${kind} span of ${service}`}>
        {name} <small class="service">{service}</small>{' '}
        {folded > 0 && (
          <button
            type="button"
            aria-label={`Show ${folded} spans below ${name}`}
            onClick={() => {
              unfolded.value = new Set([...unfolded.value, spanId]);
            }}
          >
            +{folded}
          </button>
        )}
      </span>
      <span class="track">
        <span class="bar" style={{ left: `${Math.min(left, 99)}%`, width: `max(3px, ${width}%)` }} />
      </span>
      <span class="duration">{durationOf(span)}</span>
      <span class="hop">
        {hops.map((hop, index) => (
          <Hop key={index} hop={hop} wire={wireOf(hop, ownWire)} />
        ))}
      </span>
    </li>
  );
}

function Hop({ hop: { ok, transport, relation, from }, wire }: { hop: ShownHop; wire: WireRecord[] }) {
  const what = `${ok ? '✓' : '✗'} ${transport}${relation === 'link' ? ' link' : ''}`;
  if (wire.length === 0) return <span class={ok ? 'ok' : 'broken'}>{what}</span>;
  return (
    <details>
      <summary class={ok ? 'ok' : 'broken'} title={`from ${from}`}>
        {what}
      </summary>
      {wire.map(({ form, text }, index) => (
        <pre key={index}>
          <b>{form}</b> {text}
        </pre>
      ))}
    </details>
  );
}

/** What was on the wire of a hop; the page recorded what it sent itself. */
export const wireOf = ({ from, wire, senderIds }: ShownHop, ownWire: readonly WireRecord[]): WireRecord[] =>
  from === BROWSER ? ownWire.filter(({ spanId }) => senderIds.includes(spanId)) : wire;
