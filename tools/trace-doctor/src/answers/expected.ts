// What a trace is expected to have. The doctor knows no scenario: its caller does.
import type { Edge } from '../edges.ts';
import type { IsOurs } from '../examine.ts';
import type { Trace } from '../trace.ts';

export interface Expected {
  /** The scenario of this name, or the one that fired the trace; undefined if there is none. */
  scenarioOf(trace: Trace, name?: string): { name: string } | undefined;
  /** Its edges; empty without a scenario. */
  edgesOf(trace: Trace, name?: string): readonly Edge[];
  isOurs: IsOurs;
}
