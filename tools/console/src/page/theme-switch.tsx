import { useSignal } from '@preact/signals';

const THEMES = ['auto', 'light', 'dark'] as const;

/** Light or dark, by the system or by the user. */
export function ThemeSwitch() {
  const theme = useSignal(localStorage.getItem('theme') ?? 'auto');
  document.documentElement.dataset.theme = theme.value;
  return (
    <label class="theme">
      Theme
      <select
        value={theme.value}
        onChange={({ currentTarget }) => {
          theme.value = currentTarget.value;
          localStorage.setItem('theme', currentTarget.value);
        }}
      >
        {THEMES.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
