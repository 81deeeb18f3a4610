// Writes tables into docs/performance.md, or the document of the part, between the marks of the part.
import { readFile, writeFile } from 'node:fs/promises';

/** The parts that have a document of their own. */
const OWN: Record<string, string> = { capacity: 'docs/capacity.md' };
const documentOf = (part: string) => OWN[part] ?? 'docs/performance.md';

/** `text` with `content` between the marks of `part`. Throws if it has none. */
export function withSection(text: string, part: string, content: string): string {
  const [start, end] = [`<!-- bench ${part} -->`, `<!-- end of ${part} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${documentOf(part)} has no marks ${start} and ${end} (add them)`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/** Writes the table of a part, with where and when it was measured. */
export async function writeSection(part: string, printed: string, machine: Machine): Promise<void> {
  const { cpu, cores, node, date, commit } = machine;
  const about = `Measured on ${date}, commit ${commit}: ${cores} cores of ${cpu}, Node ${node}.`;
  const document = new URL(`../../${documentOf(part)}`, import.meta.url);
  const text = await readFile(document, 'utf8');
  const table = printed.startsWith('|') ? printed : `\`\`\`text\n${printed}\n\`\`\``;
  await writeFile(document, withSection(text, part, `${table}\n\n${about}`));
}

/** Where and on what a run was made; memory in MiB. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryMib: number;
  os: string;
  node: string;
  commit: string;
  date: string;
}
