import { diffAnswer, readDiff } from '@trace-mesh/trace-doctor/answers/diff';
import { MIN_SLOWER_US, type OperationStats, SLOWER_FACTOR } from '@trace-mesh/trace-doctor/diff';
import { ms, printable } from '@trace-mesh/trace-doctor/selector';
import type { Command } from 'commander';
import { type Answer, type Answerer, traceId, withStore } from './answer.ts';
import { headline } from './format.ts';
import type { Store, StoreOptions } from './store.ts';

export function addDiff(program: Command, answer: Answerer): void {
  withStore(program.command('diff'))
    .description(
      `operations that B lacks, new ones, and those whose median is over ${SLOWER_FACTOR} times as long and ${ms(MIN_SLOWER_US)} longer`,
    )
    .argument('<a>', 'the trace as it should be', traceId)
    .argument('<b>', 'the trace to compare with it', traceId)
    .action((a: string, b: string, options: StoreOptions) => answer(options, (store) => diff(store, a, b)));
}

async function diff(store: Store, a: string, b: string): Promise<Answer> {
  const found = await readDiff(store, a, b);
  const { before, after, ok, missing, added, slower } = found;
  const lines = [
    ...missing.map((operation) => `- missing: ${nameOf(operation)}`),
    ...added.map((operation) => `+ new: ${nameOf(operation)}`),
    ...slower.map(
      ({ beforeUs, factor, ...operation }) =>
        `! ${factor.toFixed(1)} times slower: ${nameOf(operation)}, ${ms(beforeUs)} → ${ms(operation.medianUs)}`,
    ),
  ];
  return {
    data: diffAnswer(found),
    text: [
      `A ${headline(before)}`,
      `B ${headline(after)}`,
      '',
      ...(lines.length > 0 ? lines : ['no difference']),
    ].join('\n'),
    exitCode: ok ? 0 : 1,
  };
}

function nameOf({ name, service, kind, count }: OperationStats): string {
  return `'${printable(name)}' (${service}, ${kind})${count > 1 ? ` × ${count}` : ''}`;
}
