// The messages between the page and its server.
import { ROWS } from '@trace-mesh/faults/faults';
import { Knobs } from '@trace-mesh/faults/knobs';
import {
  type JudgedGuess,
  MAX_SEED,
  MYSTERY_CAUSES,
  type MYSTERY_ROWS,
  type StartedMystery,
} from '@trace-mesh/faults/mystery';
import type { WireRecord } from '@trace-mesh/faults/wire';
import type { Hop } from '@trace-mesh/trace-doctor/edges';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { z } from 'zod';
import { MAX_PROMPT_LENGTH } from './prompt.ts';

export const PageFireRequest = z.object({
  scenario: z.string().min(1).max(64),
  prompt: z.string().trim().min(1).max(MAX_PROMPT_LENGTH).optional(),
  /** The trace of the click, also in the request's headers unless the page drops it there. */
  click: z.object({ traceId: z.string().regex(/^[0-9a-f]{32}$/), sampled: z.boolean() }),
  /** The id of the task whose pushes the page receives. */
  taskId: z.uuid(),
  knobs: Knobs,
});
/** As the page sends it: absent knobs have their defaults. */
export type PageFireRequest = z.input<typeof PageFireRequest>;

/** The response. `missing` names the processes that did not confirm the knobs in time. */
export interface PageFireAnswer {
  firingId: string;
  missing: string[];
}

/** A hop with one wire record for each of its spans. */
export interface ShownHop extends Hop {
  /** The spans from which its context came, or should have come. */
  senderIds: string[];
  wire: WireRecord[];
}

/** The events of a firing: spans as they arrive, its end, and the verdict if there is a trace. */
export type FiringEvent =
  | { type: 'spans'; spans: Span[] }
  | { type: 'result'; result: Record<string, unknown> }
  | { type: 'failed'; error: string }
  /** The trace was not sampled: there is a result and no verdict. */
  | { type: 'unsampled' }
  | { type: 'verdict'; ok: boolean; hops: ShownHop[]; problems: string[]; diagnoses: string[] };

export interface ShownScenario {
  name: string;
  title: string;
  teaches: string;
  rows: number[];
  /** It creates a task that the page can subscribe to. */
  makesTask: boolean;
}

/** What the page needs before anything is fired. */
export interface PageSession {
  groups: { title: string; scenarios: ShownScenario[] }[];
  prompt: string;
  hubUrl: string;
  viewer: string;
  /** Where work can be made to fail or to wait, and where context can be dropped. */
  places: Choice[];
  drops: Choice[];
  /** The possible answers to a mystery. */
  mystery: { rows: typeof MYSTERY_ROWS; causes: Choice[]; maxSeed: number };
  /** Whether a service of the mesh is connected for knobs; compose connects them with MESH_LAB=on. */
  hasKnobs: boolean;
}

/** The body of POST /api/mysteries. */
export const MysteryRequest = z.object({ seed: z.number().int().min(0).max(MAX_SEED) });

/** What the player sees, with the spans for the page's waterfall. */
export type ShownMystery = StartedMystery & { spans: Span[] };

/** An answer; without one the player gives up. */
export const MysteryGuess = z.object({
  answer: z.object({ row: z.literal(ROWS), cause: z.enum(MYSTERY_CAUSES) }).optional(),
});
export type MysteryGuess = z.infer<typeof MysteryGuess>;

/** The judgement; with the solution comes the verdict, for the page's hops. */
export type ShownGuess = JudgedGuess & { verdict?: Extract<FiringEvent, { type: 'verdict' }> };

export interface Choice {
  name: string;
  title: string;
}
