// Raises the number of one subject step by step. A process of its own. Arguments: one `ScalePlan` as JSON. Prints the rows as JSON.
import { residentBytes } from './cpu.ts';
import { type SubjectName, subjects, type Target } from './scale-subjects.ts';
import { round } from './statistics.ts';

export interface ScalePlan {
  subject: SubjectName;
  target: Target;
  steps: number[];
  /** At most this much work at each step; at least as much as the subject's number, if `workAll`. */
  units: number;
  workAll: boolean;
  /** The process whose memory is measured; by default this one. */
  pid?: number | undefined;
}

export interface ScaleRow {
  subject: SubjectName;
  count: number;
  /** Wall time of a unit of work at this number, in µs. */
  usPerUnit: number;
  /** Wall time of adding one, in µs. */
  usToAdd: number;
  /** Memory that one more has added since the start, in bytes; it is noise for small numbers. */
  bytesEach: number;
}

async function scale({ subject: name, target, steps, units, workAll, pid = process.pid }: ScalePlan) {
  const subject = await subjects[name](target);
  await subject.grow(1);
  await subject.work(name === 'queue' ? 1 : 100);
  const before = await residentBytes(pid);
  const rows: ScaleRow[] = [];
  let last = 1;
  for (const count of steps) {
    const start = performance.now();
    await subject.grow(count);
    const grown = performance.now();
    const bytes = (await residentBytes(pid)) - before;
    const amount = workAll ? Math.max(units, count) : Math.min(units, count);
    const begun = performance.now();
    await subject.work(amount);
    rows.push({
      subject: name,
      count,
      usPerUnit: round(((performance.now() - begun) * 1_000) / amount),
      usToAdd: round(((grown - start) * 1_000) / Math.max(1, count - last)),
      bytesEach: round(bytes / count),
    });
    last = count;
  }
  return rows;
}

const [plan = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await scale(JSON.parse(plan))), () => process.exit());
