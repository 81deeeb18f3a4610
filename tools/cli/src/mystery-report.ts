// A mystery as text and as JSON.
import {
  type JudgedGuess,
  MYSTERY_CAUSES,
  MYSTERY_ROWS,
  type StartedMystery,
} from '@trace-mesh/faults/mystery';
import { CAUSES } from '@trace-mesh/trace-doctor/causes';
import { paint } from '@trace-mesh/trace-doctor/tree';

/** The symptoms, where to look, and the possible answers. */
export function formatMystery(mystery: StartedMystery, color: boolean): string {
  const { seed, scenario, traceId, viewer, symptoms } = mystery;
  const bold = (text: string) => paint(color, 'bold', text);
  const width = Math.max(...MYSTERY_CAUSES.map((cause) => cause.length));
  return `${[
    `${bold(`mystery ${seed}`)}: one hop of ${scenario.name} is broken. ${scenario.title}.`,
    symptoms.map((symptom) => `- ${symptom}`).join('\n'),
    `trace ${traceId}\n${viewer}`,
    [
      'to look:',
      ...['show ID --no-verdict', 'slow ID', 'errors ID'].map(
        (command) => `  npm run trace -- ${command.replace('ID', traceId)}`,
      ),
    ].join('\n'),
    `${bold('rows')}\n${MYSTERY_ROWS.map(({ row, hops }) => `  ${String(row).padStart(2)}  ${hops}`).join('\n')}`,
    `${bold('causes')}\n${MYSTERY_CAUSES.map((cause) => `  ${cause.padEnd(width)}  ${CAUSES[cause].what}`).join('\n')}`,
    `to answer: npm run demo -- --mystery --seed ${seed} --answer ROW:CAUSE`,
  ].join('\n\n')}\n`;
}

/** Whether the answer was right, the solution, and how it could be seen. */
export function formatSolution({ right, solution }: JudgedGuess, color: boolean): string {
  const verdict = right ? paint(color, 'green', '✓ right') : paint(color, 'red', '✗ not found');
  if (!solution) return verdict;
  const { row, cause, seen } = solution;
  return [`${verdict}: ${row}:${cause}`, ...seen.map((line) => `- ${line}`)].join('\n');
}

/** The object of --json, on one line. */
export function mysteryJson(mystery: StartedMystery, judged?: JudgedGuess): string {
  const { seed, scenario, traceId, viewer, symptoms } = mystery;
  const { row, cause, seen } = judged?.solution ?? {};
  return JSON.stringify({
    ok: judged?.right ?? true,
    ...{ seed, scenario: scenario.name, traceId, viewer, symptoms },
    ...{ rows: MYSTERY_ROWS, causes: MYSTERY_CAUSES },
    ...(judged?.solution && { solution: { row, cause, seen } }),
  });
}
