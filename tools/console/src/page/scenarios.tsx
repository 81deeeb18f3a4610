import { signal } from '@preact/signals';
import { MAX_PROMPT_LENGTH } from '../prompt.ts';
import { fire } from './fire.ts';
import { KnobPanel } from './knob-panel.tsx';
import { isWide } from './media.ts';
import { chosen, chosenName, isFiring, newest, prompt, session } from './state.ts';

const isListOpen = signal(false);

/** All scenarios by topic, as one radio group for the arrow keys; a narrow page has them folded. */
export function ScenarioList() {
  return (
    <nav class="scenarios" aria-label="Scenarios">
      <details
        open={isWide.value || isListOpen.value}
        onToggle={({ currentTarget }) => {
          isListOpen.value = currentTarget.open;
        }}
      >
        <summary>
          Scenario: <span class="name">{chosenName.value}</span>
        </summary>
        {session.value?.groups.map(({ title, scenarios }) => (
          <fieldset key={title}>
            <legend>{title}</legend>
            {scenarios.map(({ name, title: what, teaches }) => (
              <label key={name} title={what}>
                <input
                  type="radio"
                  name="scenario"
                  value={name}
                  checked={chosenName.value === name}
                  onChange={() => {
                    chosenName.value = name;
                    if (!isWide.value) isListOpen.value = false;
                  }}
                />
                <span class="name">{name}</span>
                <span class="teaches">{teaches}</span>
              </label>
            ))}
          </fieldset>
        ))}
      </details>
    </nav>
  );
}

/** The class of the newest firing's verdict. */
function outcome(): string {
  const { verdict } = newest.value ?? {};
  if (!verdict) return '';
  return verdict.ok ? 'ok' : 'broken';
}

/** The chosen scenario, the prompt and the button. */
export function ScenarioPanel() {
  const scenario = chosen.value;
  if (!scenario) return null;
  const { name, title, teaches, rows } = scenario;
  return (
    <section class="chosen" aria-labelledby="chosen-name">
      <h2 id="chosen-name">{name}</h2>
      <p>
        {title}. <span class="teaches">{teaches}</span>{' '}
        <small>{rows.length > 1 ? `Rows ${rows.join(', ')}` : `Row ${rows[0]}`} of the matrix.</small>
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isFiring.value) void fire(scenario);
        }}
      >
        <label for="prompt">Prompt</label>
        <textarea
          id="prompt"
          rows={2}
          maxLength={MAX_PROMPT_LENGTH}
          value={prompt.value}
          onInput={({ currentTarget }) => {
            prompt.value = currentTarget.value;
          }}
        />
        <button type="submit" aria-disabled={isFiring.value}>
          {isFiring.value ? 'Firing …' : 'Fire'}
        </button>
      </form>
      <p class={`progress ${outcome()}`} role="status">
        {newest.value?.progress}
      </p>
      <KnobPanel />
    </section>
  );
}
