// The forms of a judgement.
import type { Judgement } from './judge.ts';

export { toJUnit } from './reports/junit.ts';
export { type SarifOptions, toSarif } from './reports/sarif.ts';
export { type TextOptions, toText } from './reports/text.ts';

/** The judgement itself. */
export const toJson = (judgement: Judgement): string => JSON.stringify(judgement, null, 2);
