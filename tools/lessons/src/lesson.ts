import type { Cause } from '@trace-mesh/trace-doctor/diagnose';
import type { Edge, SpanSelector } from '@trace-mesh/trace-doctor/edges';

/** The levels of the path, easiest first. */
export const LEVELS = { 1: 'One hop', 2: 'The right context', 3: 'Trust and decisions' } as const;
export type Level = keyof typeof LEVELS;

/** A common mistake, the expected trace, and the diagnosis. */
export interface Lesson {
  /** Names its folder as well. */
  name: string;
  level: Level;
  /** One line: what goes wrong. */
  title: string;
  /** What a person sees who does not know the cause, in one or two sentences. */
  symptom: string;
  /** Each says more: where to look, what happens there, what to write. */
  hints: readonly [string, string, string];
  /** What the lesson teaches, in two or three sentences. */
  teaches: string;
  /** The row of the propagation matrix that breaks. */
  row: number;
  /** `service.name` of the program. */
  service: string;
  /** A correct program that starts the trace, if the lesson's does not. */
  caller?: Helper;
  /** A correct program that the lesson's calls. */
  callee?: Helper;
  /** The program configures and loads the SDK itself; others get the preload. */
  loadsSdk?: true;
  /** The environment of all its programs, in addition. */
  env?: Record<string, string>;
  /** The expected edges. */
  edges: Edge[];
  /** Spans, by attributes that no edge names, that the whole trace has as well: work that a repair may not give up. */
  keeps?: SpanSelector[];
  /** A third party must receive a request of every run. */
  leavesMesh?: true;
  /** The diagnosis of the broken trace. */
  cause: Cause;
}

/** A file, from the lesson's folder, and its `service.name`. */
export interface Helper {
  file: string;
  service: string;
}

/** Text replacements that turn the broken program into another: `[old, new]`, where `old` occurs exactly once. */
export type Edits = readonly (readonly [string, string])[];

/** Programs that a learner may write, by what they do; `repairs.ts` of a lesson. */
export interface Attempts {
  /** Other repairs than `fixed.ts`. */
  right: Record<string, Edits>;
  /** The symptom is gone, and the trace is not whole. */
  cheats: Record<string, Edits>;
}
