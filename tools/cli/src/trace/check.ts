import { scenarios } from '@trace-mesh/scenarios/catalog';
import { expected } from '@trace-mesh/scenarios/expected';
import { checkAnswer, readCheck } from '@trace-mesh/trace-doctor/answers/check';
import type { Hop } from '@trace-mesh/trace-doctor/edges';
import type { Examination } from '@trace-mesh/trace-doctor/examine';
import { formatHops } from '@trace-mesh/trace-doctor/tree';
import { type Command, Option } from 'commander';
import { inColor } from '../command-line.ts';
import { type Answer, type Answerer, addCommand } from './answer.ts';
import { headline } from './format.ts';
import type { Store } from './store.ts';

export function addCheck(program: Command, answer: Answerer): void {
  const description =
    'check root, parents, links, expected edges, clocks, kinds and conventions, and explain what is missing';
  const what = 'the scenario whose edges are expected (default: the one that fired it)';
  const names = scenarios.map(({ name }) => name);
  addCommand(program, answer, 'check', description, check).addOption(
    new Option('--scenario <name>', what).choices(names),
  );
}

async function check(store: Store, id: string, { scenario }: { scenario?: string }): Promise<Answer> {
  const found = await readCheck(store, id, expected, scenario);
  const { trace, hops, notes, ok } = found;
  return {
    data: checkAnswer(found),
    text: [headline(trace), formatHops(hops, { color: inColor() }), ...sentences(found), noteLines(notes)]
      .filter(Boolean)
      .join('\n\n'),
    exitCode: ok ? 0 : 1,
  };
}

const noteLines = (notes: readonly string[]) => notes.map((note) => `note: ${note}`).join('\n');

function edgesThatHold(hops: readonly Hop[]): string {
  const unproven = hops.filter((hop) => hop.unproven).length;
  if (hops.length === 0) return 'not fired by a scenario, so no edge was expected';
  if (unproven === 0) return `all ${hops.length} expected edges hold`;
  return `${hops.length - unproven} of ${hops.length} expected edges hold, the others lead to traces that are not in the store`;
}

/** Symptoms, then causes. The list of hops already has the broken ones. */
function sentences({ problems, diagnoses, hops, ok }: Examination): string[] {
  if (ok) return [`healthy: ${edgesThatHold(hops)}`];
  const shown = problems.filter((problem) => problem.in !== 'hops');
  return [
    shown.map(({ in: where, text }) => `✗ ${where}: ${text}`).join('\n'),
    diagnoses.map(({ cause, text }) => `${cause}: ${text}`).join('\n') || 'no cause found in the trace',
  ];
}
