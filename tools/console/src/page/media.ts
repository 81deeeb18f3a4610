import { type ReadonlySignal, signal } from '@preact/signals';

/** Whether a media query holds, as it changes. */
export function media(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener('change', () => {
    matches.value = list.matches;
  });
  return matches;
}

/** There is room for columns; style.css has the same width. */
export const isWide = media('(min-width: 1000px)');
