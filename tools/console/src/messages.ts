// What the page and its server say to each other.
import { Knobs } from '@trace-mesh/faults/knobs';
import type { WireRecord } from '@trace-mesh/faults/wire';
import type { Hop } from '@trace-mesh/trace-doctor/edges';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { z } from 'zod';
import { MAX_PROMPT_LENGTH } from './prompt.ts';

/** The page asks for a scenario. */
export const PageFireRequest = z.object({
  scenario: z.string().min(1).max(64),
  prompt: z.string().trim().min(1).max(MAX_PROMPT_LENGTH).optional(),
  /** The trace of the click. The request carries its context too, unless the page was told to leave that out. */
  click: z.object({ traceId: z.string().regex(/^[0-9a-f]{32}$/), sampled: z.boolean() }),
  /** The id of the task whose pushes the page hears. */
  taskId: z.uuid(),
  knobs: Knobs,
});
/** As the page sends it: knobs that are left out are at rest. */
export type PageFireRequest = z.input<typeof PageFireRequest>;

/** What was fired. `unheard` names the processes that did not take the knobs in time. */
export interface PageFireAnswer {
  firingId: string;
  unheard: string[];
}

/** A hop with what was on the wire: one record for each span that it is about. */
export interface ShownHop extends Hop {
  /** The spans from which its context came, or should have come. */
  senderIds: string[];
  wire: WireRecord[];
}

/** What is told of a firing as it goes on: spans as they arrive, how it ended, and the verdict, where there is a trace. */
export type FiringEvent =
  | { type: 'spans'; spans: Span[] }
  | { type: 'result'; result: Record<string, unknown> }
  | { type: 'failed'; error: string }
  /** The sampler let this trace go: there is a result, and nothing to judge. */
  | { type: 'unsampled' }
  | { type: 'verdict'; ok: boolean; hops: ShownHop[]; problems: string[]; diagnoses: string[] };

export interface ShownScenario {
  name: string;
  title: string;
  teaches: string;
  rows: number[];
  /** The page can listen to the task that it makes. */
  makesTask: boolean;
}

/** What the page needs to know before anything is fired. */
export interface PageSession {
  groups: { title: string; scenarios: ShownScenario[] }[];
  prompt: string;
  hubUrl: string;
  viewer: string;
  /** Where work can be made to fail or to wait, and where context can be dropped. */
  places: Choice[];
  drops: Choice[];
  /** Whether a service of the mesh is connected for knobs; compose connects them with MESH_LAB=on. */
  hasKnobs: boolean;
}

export interface Choice {
  name: string;
  title: string;
}
