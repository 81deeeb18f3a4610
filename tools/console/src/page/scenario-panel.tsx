import { MAX_PROMPT_LENGTH } from '../prompt.ts';
import { fire } from './fire.ts';
import { chosen, firing, isFiring, prompt } from './state.ts';

/** The chosen scenario, the prompt and the button. */
export function ScenarioPanel() {
  const scenario = chosen.value;
  if (!scenario) return null;
  const { name, title, teaches, rows } = scenario;
  return (
    <section class="chosen" aria-labelledby="chosen-name">
      <h2 id="chosen-name">{name}</h2>
      <p>{title}.</p>
      <p class="teaches">
        {teaches}{' '}
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
      <p class="progress" role="status">
        {firing.value?.progress}
      </p>
    </section>
  );
}
