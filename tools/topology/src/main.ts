// `node tools/topology/src/main.ts` writes the files that are made from the rows.
import { writeDrawn } from './write.ts';

for (const path of writeDrawn()) console.log(path);
