// The protocol between runner and program: the environment of the program, and its JSON lines on stdout.
import { CHECKOUT_KEYS } from '@trace-mesh/access/keys';
import { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { z } from 'zod';

/** How long a program may take, in ms; then it ends with an error. */
const PROGRAM_TIMEOUT_MS = 60_000;

/** The part of a program's environment that the runner sets. */
export const ProgramEnv = z.object({
  LESSON: z.string(),
  /** The id of this run. Requests that leave the mesh have it in their body, so that they can be found at the third party. */
  LESSON_RUN: z.uuid(),
  /** The address of the program that was started before; empty without one. */
  LESSON_AT: z.string().default(''),
  LESSON_TIMEOUT_MS: z.coerce.number().int().positive().default(PROGRAM_TIMEOUT_MS),
  MESH_ENDPOINTS: z.string().transform((text) => Endpoints.parse(JSON.parse(text))),
  /** The folder of the keys with which the program's tokens are signed. */
  MESH_KEYS_DIR: z.string().default(CHECKOUT_KEYS),
});

/** The trace of a run's requests that are not sampled: no service may record a span of it. */
export const unsampledTraceId = (runId: string): string => runId.replaceAll('-', '');

/** From a program that waits for calls. */
export const Announced = z.object({ at: z.url() });

/** From the program that started the trace, when its work is done. */
export const Begun = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
});
