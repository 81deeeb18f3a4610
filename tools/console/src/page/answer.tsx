import { firing } from './state.ts';

/** The pushes over the WebSocket, then the result of the agent. */
export function Answer() {
  const { pushes = [], result, error } = firing.value ?? {};
  const last = pushes.findLast((push) => push.result !== undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section class="answer" aria-label="Answer" tabIndex={0}>
      {!firing.value && <p>The result of a firing appears here.</p>}
      {pushes.length > 0 && (
        <section class="pushes" aria-label="Pushed over the WebSocket" aria-live="polite">
          <h2>Pushed over the WebSocket</h2>
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
          <h2>Result</h2>
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
    </section>
  );
}
