import { checkEdges } from '@trace-mesh/trace-doctor/edges';
import { MAX_RELATED_TRACES, readRelatedTraces } from '@trace-mesh/trace-doctor/links';
import { type Trace, uniqueTraces } from '@trace-mesh/trace-doctor/trace';
import { formatTree } from '@trace-mesh/trace-doctor/tree';
import type { Command } from 'commander';
import { inColor } from '../command-line.ts';
import { type Answer, type Answerer, addCommand } from './answer.ts';
import { facts, headline } from './format.ts';
import { edgesOf } from './scenario-of.ts';
import type { Store } from './store.ts';

const LIMITS = `
Shows up to ${MAX_RELATED_TRACES} linked traces and as many linking ones. A trace that this one caused names it on its root
(mesh.link.trace_id) and is always found. A trace that only links here, such as the receive of a queue, is found only among
the newest traces of the same minute, because a trace store cannot search links.
`;

export function addShow(program: Command, answer: Answerer): void {
  const description = 'the tree with times and services; ↗ links to another span, ↙ is linked from one';
  addCommand(program, answer, 'show', description, show).addHelpText('after', LIMITS);
}

async function show(store: Store, id: string): Promise<Answer> {
  const trace = await store.read(id);
  const { linked, linking } = await readRelatedTraces(store.tracesUrl, trace, { signal: store.stop });
  const related = uniqueTraces([...linked, ...linking]);
  const hops = checkEdges(trace, edgesOf(trace), related);
  const spans = [trace, ...related].flatMap((each) => each.spans);
  const look = { color: inColor(), offsets: true, linking: spans };
  const tree = (each: Trace) => `${headline(each)}\n\n${formatTree(each, hops, look)}`;
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
