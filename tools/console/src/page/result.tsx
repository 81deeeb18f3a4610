import { firing } from './state.ts';

/** The pushes over the WebSocket, then the result of the agent. */
export function Result() {
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
