// `npm run draw`: writes the documents that are generated from the scenarios.
import { readFile, writeFile } from 'node:fs/promises';
import { TRACE_FLOW, traceFlowDocument, withStory } from './flow-documents.ts';

const inCheckout = (path: string) => new URL(`../../../${path}`, import.meta.url);
const readme = inCheckout('README.md');

await writeFile(readme, withStory(await readFile(readme, 'utf8')));
await writeFile(inCheckout(TRACE_FLOW), traceFlowDocument());
console.log(`README.md and ${TRACE_FLOW} written`);
