import type { Span } from '@trace-mesh/trace-doctor/trace';
import type { ShownHop } from '../messages.ts';
import { durationOf, rowsOf } from './waterfall-rows.ts';

interface WaterfallProps {
  spans: readonly Span[];
  hops: readonly ShownHop[];
}

/** The trace on a time line, with each hop at its receiver. */
export function Waterfall({ spans, hops }: WaterfallProps) {
  const hopsAt = ({ spanId }: Span) => hops.filter((hop) => hop.spanIds.includes(spanId));
  return (
    <section class="waterfall" aria-labelledby="waterfall-title">
      <h3 id="waterfall-title">Waterfall: {spans.length} spans</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Span</th>
            <th scope="col">Service</th>
            <th scope="col">Kind</th>
            <th scope="col">Time</th>
            <th scope="col">Hop</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(spans).map(({ span, depth, left, width }) => (
            <tr key={span.spanId} class={span.status?.code === 'ERROR' ? 'failed' : ''}>
              <th scope="row" style={{ paddingInlineStart: `${depth * 0.9 + 0.4}rem` }}>
                {span.name}
              </th>
              <td>{span.service}</td>
              <td>{span.kind}</td>
              <td class="time">
                <span class="bar" style={{ left: `${left}%`, width: `max(2px, ${width}%)` }} />
                <span class="duration">{durationOf(span)}</span>
              </td>
              <td>
                {hopsAt(span).map(({ ok, transport, relation }, index) => (
                  <span key={index} class={ok ? 'ok' : 'broken'}>
                    {ok ? '✓' : '✗'} {transport}
                    {relation === 'link' && ' link'}{' '}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
