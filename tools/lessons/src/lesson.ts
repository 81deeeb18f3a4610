import type { Cause } from '@trace-mesh/trace-doctor/diagnose';
import type { Edge } from '@trace-mesh/trace-doctor/edges';

/** A common mistake, the expected trace, and the diagnosis. */
export interface Lesson {
  /** Names its folder as well. */
  name: string;
  /** One line: what goes wrong. */
  title: string;
  /** What the lesson teaches, in two or three sentences. */
  teaches: string;
  /** The row of the propagation matrix that breaks. */
  row: number;
  /** `service.name` of the program. */
  service: string;
  /** A correct program that starts the trace, if the lesson's does not: its file (from the lesson's folder) and service name. */
  caller?: { file: string; service: string };
  /** The program configures and loads the SDK itself; others get the preload. */
  loadsSdk?: true;
  /** The environment of all its programs, in addition. */
  env?: Record<string, string>;
  /** The expected edges. */
  edges: Edge[];
  /** The diagnosis of the broken trace. */
  cause: Cause;
}
