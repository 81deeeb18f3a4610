import { costAnswer, readCost } from '@trace-mesh/trace-doctor/answers/cost';
import type { Cost } from '@trace-mesh/trace-doctor/cost';
import { printable } from '@trace-mesh/trace-doctor/selector';
import type { Command } from 'commander';
import { type Answer, type Answerer, addCommand } from './answer.ts';
import { headline, table } from './format.ts';
import type { Store } from './store.ts';

export function addCost(program: Command, answer: Answerer): void {
  const description = 'the tokens and USD of its model calls, by tenant and by model';
  addCommand(program, answer, 'cost', description, cost).option(
    '--linked',
    'include linked traces in both directions, such as its jobs',
  );
}

async function cost(store: Store, id: string, { linked: withLinked }: { linked?: true }): Promise<Answer> {
  const found = await readCost(store, id, withLinked === true);
  const { trace, linked, tenants, models, total } = found;
  const rows = [
    ['', 'calls', 'input tokens', 'output tokens', 'USD'],
    ...tenants.map((row) => columns(`tenant ${row.key}`, row)),
    ...models.map((row) => columns(`model ${row.key}`, row)),
    columns('total', total),
  ];
  const sums = total.calls === 0 ? 'no model call' : table(rows, [1, 2, 3, 4]);
  const unpriced =
    total.unpriced > 0 ? `\n\n${total.unpriced} of them have no price: their USD are not counted` : '';
  const others = withLinked ? `\nwith ${linked.length} linked traces` : '';
  return {
    data: costAnswer(found),
    text: `${headline(trace)}${others}\n\n${sums}${unpriced}`,
    exitCode: 0,
  };
}

const columns = (key: string, row: Omit<Cost, 'key'>): string[] => [
  printable(key),
  String(row.calls),
  String(row.inputTokens),
  String(row.outputTokens),
  (row.microUsd / 1_000_000).toFixed(6),
];
