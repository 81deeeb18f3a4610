// `npm run contracts`: writes docs/asyncapi.yaml.
import { writeFile } from 'node:fs/promises';
import { ASYNCAPI, asyncApiText } from './text.ts';

await writeFile(ASYNCAPI, asyncApiText());
console.log(`${ASYNCAPI} written`);
