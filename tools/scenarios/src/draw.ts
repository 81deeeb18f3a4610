// `npm run draw`: writes the documents that are made from the scenarios, and the files that are made from the rows of the services.
import { readFile, writeFile } from 'node:fs/promises';
import { writeDrawn } from '@trace-mesh/topology/write';
import { TRACE_FLOW, traceFlowDocument, withStory } from './flow-documents.ts';

const inCheckout = (path: string) => new URL(`../../../${path}`, import.meta.url);
const readme = inCheckout('README.md');

await writeFile(readme, withStory(await readFile(readme, 'utf8')));
await writeFile(inCheckout(TRACE_FLOW), traceFlowDocument());
const made = ['README.md', TRACE_FLOW, ...writeDrawn()];
console.log(`written: ${made.join(', ')}`);
