// The measured process of `hops`.
import { serveMeasured } from '../measured.ts';
import { operations } from './operations.ts';

/** How much CPU time a measurement takes at least, in µs. */
const BATCH_US = 20_000;

const lengths = new Map<string, number>();

function cpuUs(operation: () => unknown, count: number): number {
  const before = process.cpuUsage();
  for (let done = 0; done < count; done++) operation();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** ns per operation. */
function measure(name: string, operation: () => unknown): number {
  let count = lengths.get(name) ?? 1_000;
  let spent = cpuUs(operation, count);
  while (spent < BATCH_US) {
    count *= 2;
    spent = cpuUs(operation, count);
  }
  lengths.set(name, count);
  return (spent * 1_000) / count;
}

const answers = Object.entries(operations).map(([name, operation]) => [name, () => measure(name, operation)]);
serveMeasured(0, { operations: () => Object.keys(operations), ...Object.fromEntries(answers) });
