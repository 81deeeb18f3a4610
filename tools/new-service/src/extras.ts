import type { Extra } from './extra.ts';
import { scenario } from './scenario/scenario.ts';

/** In this repository every service also has a scenario. */
export const extras: Extra[] = [scenario];
