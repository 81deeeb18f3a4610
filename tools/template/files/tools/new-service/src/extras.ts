import type { Extra } from './extra.ts';

/** What a new service has beside its folder and its compose block. */
export const extras: Extra[] = [];
