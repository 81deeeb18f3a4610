import { computed } from '@preact/signals';
import { type AllKnobs, DEFAULT_KNOBS, knobs, session, turn } from './state.ts';

const HERE = [
  { name: 'browser:http', title: 'the page calls its server without context' },
  { name: 'browser:websocket', title: "the page's socket and its messages carry no context" },
];

/** How many knobs differ from their default. */
const changed = computed(
  () =>
    Object.entries(knobs.value).filter(([name, value]) =>
      Array.isArray(value) ? value.length > 0 : value !== DEFAULT_KNOBS[name as keyof AllKnobs],
    ).length,
);

/** The knobs, which change the running mesh from the next request on. */
export function KnobPanel() {
  const { samplingRatio, sqsMode, force } = knobs.value;
  return (
    <details class="knobs">
      <summary>Knobs{changed.value > 0 && <strong> ({changed.value} changed)</strong>}</summary>
      {session.value?.hasKnobs === false && (
        <p role="note">
          The services run without knobs. Start compose with{' '}
          <code>MESH_LAB=on docker compose up -d --wait</code>, or use <code>npm run dev</code>. The knobs of
          the page itself still work.
        </p>
      )}
      <label class="range">
        Sampling ratio <span>{samplingRatio}</span>
        <input
          type="range"
          min="0"
          max="1"
          step="0.1"
          value={samplingRatio}
          onInput={({ currentTarget }) => turn({ samplingRatio: currentTarget.valueAsNumber })}
        />
      </label>
      <Check title="Force sampling (X-B3-Sampled)" on={force} onChange={(on) => turn({ force: on })} />
      <label class="mode">
        SQS consumer
        <select
          value={sqsMode}
          onChange={({ currentTarget }) => turn({ sqsMode: currentTarget.value as AllKnobs['sqsMode'] })}
        >
          <option value="parent">child of the sender</option>
          <option value="link">new trace, linked</option>
        </select>
      </label>
      <Several title="Fail here" knob="fail" choices={session.value?.places ?? []} />
      <Several title="Slow here" knob="slow" choices={session.value?.places ?? []} />
      <Several title="Drop context here" knob="drop" choices={session.value?.drops ?? []} />
      <Several title="Drop context in the page" knob="dropHere" choices={HERE} />
      <button
        type="button"
        onClick={() => {
          knobs.value = DEFAULT_KNOBS;
        }}
      >
        Reset knobs
      </button>
    </details>
  );
}

interface SeveralProps {
  title: string;
  knob: 'fail' | 'slow' | 'drop' | 'dropHere';
  choices: { name: string; title: string }[];
}

function Several({ title, knob, choices }: SeveralProps) {
  const chosen: string[] = knobs.value[knob];
  const set = (name: string, on: boolean) => {
    const rest = chosen.filter((other) => other !== name);
    turn({ [knob]: on ? [...rest, name] : rest });
  };
  return (
    <fieldset>
      <legend>{title}</legend>
      {choices.map(({ name, title: what }) => (
        <Check
          key={name}
          title={name}
          hint={what}
          on={chosen.includes(name)}
          onChange={(on) => set(name, on)}
        />
      ))}
    </fieldset>
  );
}

interface CheckProps {
  title: string;
  hint?: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

function Check({ title, hint, on, onChange }: CheckProps) {
  return (
    <label class="check" title={hint}>
      <input type="checkbox" checked={on} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      {title}
    </label>
  );
}
