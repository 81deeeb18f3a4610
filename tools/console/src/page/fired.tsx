import { Hops } from './hops.tsx';
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

/** The pushes over the WebSocket, then the result of the agent. */
function Result() {
  const { pushes = [], result, error } = firing.value ?? {};
  const last = pushes.findLast((push) => push.result !== undefined);
  return (
    <div class="result">
      {pushes.length > 0 && (
        <section class="pushes" aria-label="Pushed over the WebSocket" aria-live="polite">
          <h3>Pushed over the WebSocket</h3>
          <ol>
            {pushes.map(({ eventId, status }, index) => (
              <li key={eventId ?? index} class={status}>
                {status}
              </li>
            ))}
          </ol>
          {last && <p class="text">{last.result}</p>}
        </section>
      )}
      {result && (
        <section aria-label="Result">
          <h3>Result</h3>
          <dl>
            {Object.entries(result).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
