import { expected } from '@trace-mesh/scenarios/expected';
import { facts } from '@trace-mesh/trace-doctor/answers/facts';
import { readShow } from '@trace-mesh/trace-doctor/answers/show';
import { MAX_RELATED_TRACES } from '@trace-mesh/trace-doctor/links';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { formatTree } from '@trace-mesh/trace-doctor/tree';
import type { Command } from 'commander';
import { inColor } from '../command-line.ts';
import { type Answer, type Answerer, addCommand } from './answer.ts';
import { headline } from './format.ts';
import type { Store } from './store.ts';

const LIMITS = `
Shows up to ${MAX_RELATED_TRACES} linked traces and as many linking ones, of any age: a trace store cannot search links, so spans of
the mesh name the linked trace as mesh.link.trace_id, on the root that it caused or on an event. Linking traces of other
programs are found among the newest ones of the same minute.
`;

export function addShow(program: Command, answer: Answerer): void {
  const description = 'the tree with times and services; ↗ links to another span, ↙ is linked from one';
  addCommand(program, answer, 'show', description, show)
    .option('--no-verdict', 'without the marks of the hops that hold or are broken')
    .addHelpText('after', LIMITS);
}

async function show(store: Store, id: string, { verdict }: { verdict: boolean }): Promise<Answer> {
  const { trace, linked, linking, related, hops } = await readShow(store, id, expected);
  const spans = [trace, ...related].flatMap((each) => each.spans);
  const look = { color: inColor(), offsets: true, linking: spans };
  const tree = (each: Trace) => `${headline(each)}\n\n${formatTree(each, verdict ? hops : [], look)}`;
  const isIn = (traces: Trace[], { traceId }: Trace) => traces.some((each) => each.traceId === traceId);
  const arrows = (each: Trace) => {
    const found = [isIn(linked, each) && '↗ linked from here', isIn(linking, each) && '↙ links here'];
    return found.filter(Boolean).join(', ');
  };
  const json = (each: Trace) => ({ ...facts(each), trace: each });
  return {
    data: { ok: true, ...json(trace), linked: linked.map(json), linking: linking.map(json) },
    text: [tree(trace), ...related.map((each) => `${arrows(each)}: ${tree(each)}`)].join('\n\n'),
    exitCode: 0,
  };
}
