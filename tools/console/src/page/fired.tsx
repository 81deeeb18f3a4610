import { Hops } from './hops.tsx';
import { Result } from './result.tsx';
import { firing, session } from './state.ts';
import { Waterfall } from './waterfall.tsx';

/** The last firing. */
export function Fired() {
  if (!firing.value) return null;
  const { scenario, traceId, verdict, spans, wire } = firing.value;
  return (
    <section class="fired" aria-label={`Result of ${scenario.name}`}>
      <p class="trace-id">
        Trace <code>{traceId}</code>{' '}
        <a href={`${session.value?.viewer}/trace/${traceId}`} target="_blank" rel="noreferrer">
          Open it in the viewer
        </a>
      </p>
      <Result />
      {verdict && <Hops verdict={verdict} ownWire={wire} />}
      {spans.length > 0 && <Waterfall spans={spans} hops={verdict?.hops ?? []} />}
    </section>
  );
}
