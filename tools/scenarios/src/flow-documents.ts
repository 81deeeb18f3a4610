// The documents that are made from the scenarios: docs/trace-flow.md as a whole, and the picture of the story in README.md.
import { browserEdges } from './browser.ts';
import { scenarios } from './catalog.ts';
import { createTask } from './create-task.ts';
import { hopTable, meshFlow, spanFlow } from './trace-flow.ts';

export const TRACE_FLOW = 'docs/trace-flow.md';

/** The text of docs/trace-flow.md. */
export function traceFlowDocument(): string {
  const fromBrowser = { name: 'any, from the console', edges: browserEdges({ makesTask: true }) };
  const all = [...scenarios, fromBrowser];
  return `${[
    '# How traces flow',
    'Made by `npm run draw` from the [scenarios](../tools/scenarios/src/catalog.ts); `npm run demo -- --list` describes them. Numbers are rows of the propagation matrix.',
    '## The mesh',
    meshFlow(all.flatMap(({ edges }) => edges)),
    '## The story, span by span',
    `\`${createTask.name}\`: ${createTask.title}. Solid arrows: children. Dotted arrows: links.`,
    spanFlow(createTask.edges),
    '## Every hop',
    'A → B: B is a child of A. A ⇢ B: B links to A.',
    hopTable(all),
  ].join('\n\n')}\n`;
}

const BEGIN = '<!-- made by `npm run draw` -->';
const END = '<!-- /made -->';

/** README.md with the story's picture between its two marks. Throws an Error where they are gone. */
export function withStory(readme: string): string {
  const [before, ...rest] = readme.split(BEGIN);
  const [, after] = rest.join(BEGIN).split(END);
  if (after === undefined) throw new Error(`README.md has no place for the picture: ${BEGIN} … ${END}`);
  return `${before}${BEGIN}\n\n${meshFlow(createTask.edges)}\n\n${END}${after}`;
}
