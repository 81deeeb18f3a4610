import { timeOf } from '@trace-mesh/trace-doctor/trace';
import { type Firing, firing, firings, show } from './state.ts';
import { durationOf } from './waterfall-rows.ts';

/** The last firings, the newest last, each with its verdict and the length of its trace; one can be shown again. */
export function LastFirings() {
  const lengths = firings.value.map(lengthOf);
  const longest = Math.max(1, ...lengths);
  return (
    <nav class="last-firings" aria-label="Last firings">
      <h2>{firings.value.length > 0 ? 'Last firings' : 'The last firings appear here.'}</h2>
      <ol>
        {firings.value.map((each, index) => (
          <li key={each.traceId}>
            <button
              type="button"
              aria-pressed={each.traceId === firing.value?.traceId}
              class={each.verdict ? (each.verdict.ok ? 'ok' : 'broken') : ''}
              onClick={() => show(each.traceId)}
            >
              <span class="length" style={{ width: `${(100 * (lengths[index] ?? 0)) / longest}%` }} />
              {signOf(each)} {each.scenario.name}{' '}
              <small>{durationOf({ durationUs: lengths[index] ?? 0 })}</small>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function signOf({ verdict, over }: Firing): string {
  if (verdict) return verdict.ok ? '✓' : '✗';
  return over ? '–' : '…';
}

/** From the first span's start to the last one's end, in µs. */
function lengthOf({ spans }: Firing): number {
  const { startUs, endUs } = timeOf({ spans }) ?? { startUs: 0, endUs: 0 };
  return endUs - startUs;
}
