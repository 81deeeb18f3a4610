// What a lesson is: a mistake that people make, the trace that it leaves, and how the doctor names it. Plain data; the two
// programs that run, broken.ts and mended.ts, lie beside it and differ in the lines that matter.
import type { Cause } from '@trace-mesh/trace-doctor/diagnose';
import type { Edge } from '@trace-mesh/trace-doctor/edges';

export interface Lesson {
  /** Names its folder as well. */
  name: string;
  /** One line: what goes wrong. */
  title: string;
  /** What a reader takes home, in two or three sentences. */
  teaches: string;
  /** The row of the propagation matrix that breaks. */
  row: number;
  /** `service.name` of the program. */
  service: string;
  /** Who begins the trace, where the program does not: a healthy one, by its file (from the lesson's folder) and its name. */
  caller?: { file: string; service: string };
  /** The program configures the SDK, and loads it by itself; every other has it preloaded. */
  loadsSdk?: true;
  /** Added to the environment of all its programs. */
  env?: Record<string, string>;
  /** What a whole trace of it must hold. */
  edges: Edge[];
  /** What the doctor says of the broken trace. */
  cause: Cause;
}
