import { chosenName, session } from './state.ts';

/** All scenarios by topic, as one radio group for the arrow keys. */
export function ScenarioList() {
  return (
    <nav class="scenarios" aria-label="Scenarios">
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
                }}
              />
              <span class="name">{name}</span>
              <span class="teaches">{teaches}</span>
            </label>
          ))}
        </fieldset>
      ))}
    </nav>
  );
}
