// The documents that are made from the scenarios: docs/trace-flow.md as a whole, and the picture of the story in README.md.
import { browserEdges } from './browser.ts';
import { groups, scenarios } from './catalog.ts';
import { createTask } from './create-task.ts';
import { edgeTable, meshFlow, spanFlow } from './trace-flow.ts';

export const TRACE_FLOW = 'docs/trace-flow.md';

/** The text of docs/trace-flow.md. */
export function traceFlowDocument(): string {
  const all = [...scenarios.flatMap(({ edges }) => edges), ...browserEdges({ makesTask: true })];
  const tables = groups.flatMap(({ title, scenarios: some }) => [
    `### ${title}`,
    ...some.flatMap((scenario) => [`\`${scenario.name}\`: ${scenario.title}.`, edgeTable(scenario)]),
  ]);
  return `${[
    '# How traces flow',
    'Made by `npm run draw` from [tools/scenarios](../tools/scenarios/src/catalog.ts), which the demo, the console and the tests read as well: a test fails where this page says anything else. The numbers are rows of the propagation matrix.',
    '## The mesh',
    'Every way that a context takes in some scenario.',
    meshFlow(all),
    '## The story, span by span',
    `\`${createTask.name}\`: ${createTask.title}. Solid arrows lead to children, dotted ones to spans that link back.`,
    spanFlow(createTask.edges),
    '## Every hop',
    "What each scenario's trace must have: the span on the right is a child of the one on the left, or links to it.",
    ...tables,
    '### From the browser',
    'What a firing from the console has beside them.',
    edgeTable({ edges: browserEdges({ makesTask: true }) }),
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
