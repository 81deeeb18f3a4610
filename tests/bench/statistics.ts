// The statistics that every part shares.

/** The value below which the given share (0 to 1) of the values lies; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const minimum = (values: readonly number[]): number => Math.min(...values);

/** Rounded to `digits` decimal places. */
export const round = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** Runs `measure` once for each subject in each round, in another order each time, so that drift of the machine hits all alike. */
export async function interleave<Subject, Figure>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject, round: number) => Promise<Figure>,
): Promise<Map<Subject, Figure[]>> {
  const figures = new Map<Subject, Figure[]>(subjects.map((subject) => [subject, []]));
  for (let turn = 0; turn < rounds; turn++) {
    const at = turn % Math.max(subjects.length, 1);
    const order = [...subjects.slice(at), ...subjects.slice(0, at)];
    for (const subject of turn % 2 ? order.toReversed() : order)
      figures.get(subject)?.push(await measure(subject, turn));
  }
  return figures;
}
