import { setTimeout as delay } from 'node:timers/promises';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import type { Hop } from '@trace-mesh/trace-doctor/edges';
import { type Examination, examine } from '@trace-mesh/trace-doctor/examine';
import { readRelatedTraces } from '@trace-mesh/trace-doctor/links';
import { timeOf } from '@trace-mesh/trace-doctor/trace';
import { formatHops } from '@trace-mesh/trace-doctor/tree';
import type { Command } from 'commander';
import { inColor } from '../command-line.ts';
import { type Answer, type Answerer, addCommand } from './answer.ts';
import { facts, headline } from './format.ts';
import { edgesOf, isOfMesh, scenarioOf, withScenario } from './scenario-of.ts';
import type { Store } from './store.ts';

/** A trace whose last span ended less than this ago, in ms, may still grow, and so may what it links to: it is read again. */
export const SETTLED_AFTER_MS = 5_000;
const POLL_MS = 250;

export function addCheck(program: Command, answer: Answerer): void {
  const description =
    'check root, parents, links, expected edges, clocks, kinds and conventions, and explain what is missing';
  withScenario(addCommand(program, answer, 'check', description, check));
}

async function check(store: Store, id: string, { scenario }: { scenario?: string }): Promise<Answer> {
  const found = await examineSettled(store, id, scenario);
  const { trace, hops, problems, diagnoses, skews, notes, ok } = found;
  const fired = scenarioOf(trace, scenario)?.name;
  return {
    data: { ok, ...facts(trace), ...(fired && { scenario: fired }), hops, problems, diagnoses, skews, notes },
    text: [headline(trace), formatHops(hops, { color: inColor() }), ...sentences(found), noteLines(notes)]
      .filter(Boolean)
      .join('\n\n'),
    exitCode: ok ? 0 : 1,
  };
}

async function examineSettled(store: Store, id: string, scenario?: string): Promise<Examination> {
  const registry = readRegistry();
  const signal = store.stop;
  for (;;) {
    const trace = await store.read(id);
    const related = await readRelatedTraces(store.tracesUrl, trace, { signal });
    const found = examine(trace, edgesOf(trace, scenario), related, registry, isOfMesh);
    const { endUs = 0 } = timeOf(trace) ?? {};
    const isComplete = found.ok && found.absent.length === 0;
    if (isComplete || Date.now() - endUs / 1000 > SETTLED_AFTER_MS) return found;
    await delay(POLL_MS, undefined, { signal });
  }
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
