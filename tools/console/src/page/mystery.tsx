import { signal } from '@preact/signals';
import type { ShownGuess, ShownMystery } from '../messages.ts';
import { postGuess, postMystery } from './server.ts';
import { beginMystery, revealMystery, session } from './state.ts';

const mystery = signal<ShownMystery | undefined>(undefined);
const judged = signal<ShownGuess | undefined>(undefined);
const seed = signal('');
const row = signal('');
const cause = signal('');
const isBusy = signal(false);
const status = signal('');

/** Runs one request at a time; its failure is the status. */
async function request(work: () => Promise<void>): Promise<void> {
  if (isBusy.value) return;
  isBusy.value = true;
  try {
    await work();
  } catch (error) {
    status.value = error instanceof Error ? error.message : String(error);
  }
  isBusy.value = false;
}

const start = () =>
  request(async () => {
    const maxSeed = session.value?.mystery.maxSeed ?? 0;
    const chosen = seed.value === '' ? Math.floor(Math.random() * (maxSeed + 1)) : Number(seed.value);
    mystery.value = judged.value = undefined;
    row.value = cause.value = '';
    status.value = 'Fired; its spans arrive.';
    const started = await postMystery(chosen);
    mystery.value = started;
    beginMystery(started);
    status.value = `Mystery ${chosen}: one hop of ${started.scenario.name} is broken. Which, and why?`;
  });

const guess = (answer?: { row: number; cause: string }) =>
  request(async () => {
    const { traceId = '' } = mystery.value ?? {};
    const found = await postGuess(traceId, answer);
    judged.value = found;
    status.value = found.right ? 'Right.' : found.solution ? 'Not found.' : 'No, look again.';
    if (found.verdict) revealMystery(traceId, found.verdict);
  });

/** A game: one hop is broken, and the player names it and the cause before there is a verdict. */
export function MysteryPanel() {
  const { maxSeed = 0 } = session.value?.mystery ?? {};
  return (
    <details class="mystery">
      <summary>Mystery: find the broken hop</summary>
      <p>
        One hop is broken, and no verdict says which. Look at the trace, then name the row of the hop and the
        cause.
      </p>
      <label>
        Seed (empty: any)
        <input
          type="number"
          min="0"
          max={maxSeed}
          value={seed.value}
          onInput={({ currentTarget }) => {
            seed.value = currentTarget.value;
          }}
        />
      </label>
      <button type="button" aria-disabled={isBusy.value} onClick={start}>
        Start a mystery
      </button>
      <p role="status">{status.value}</p>
      {mystery.value && <Symptoms {...mystery.value} />}
      {mystery.value && (judged.value?.solution ? <Solution {...judged.value.solution} /> : <Guess />)}
    </details>
  );
}

function Symptoms({ scenario, symptoms, viewer }: ShownMystery) {
  return (
    <section aria-label="Symptoms">
      <p>
        {scenario.title}.{' '}
        <a href={viewer} target="_blank" rel="noreferrer">
          Open the trace in the viewer
        </a>
      </p>
      <ul>
        {symptoms.map((symptom) => (
          <li key={symptom}>{symptom}</li>
        ))}
      </ul>
    </section>
  );
}

function Guess() {
  const { rows = [], causes = [] } = session.value?.mystery ?? {};
  const isReady = row.value !== '' && cause.value !== '';
  const answer = () => {
    if (isReady) void guess({ row: Number(row.value), cause: cause.value });
  };
  return (
    <section aria-label="Answer of the mystery">
      <label>
        Row
        <select value={row.value} onChange={({ currentTarget }) => (row.value = currentTarget.value)}>
          <option value="">Choose the hop</option>
          {rows.map(({ row: number, hops }) => (
            <option key={number} value={number}>
              {number} {hops}
            </option>
          ))}
        </select>
      </label>
      <label>
        Cause
        <select value={cause.value} onChange={({ currentTarget }) => (cause.value = currentTarget.value)}>
          <option value="">Choose the cause</option>
          {causes.map(({ name, title }) => (
            <option key={name} value={name}>
              {name}: {title}
            </option>
          ))}
        </select>
      </label>
      <button type="button" aria-disabled={isBusy.value || !isReady} onClick={answer}>
        Answer
      </button>
      <button type="button" aria-disabled={isBusy.value} onClick={() => guess()}>
        Give up
      </button>
    </section>
  );
}

function Solution({ row: solved, cause: why, seen }: NonNullable<ShownGuess['solution']>) {
  return (
    <section aria-label="Solution">
      <p>
        Row {solved}: <strong>{why}</strong>. How it could be seen:
      </p>
      <ul>
        {seen.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
