// What the runner and the programs of a lesson say to each other: what a program needs to know stands in its environment, and
// it answers with one JSON object on a line of stdout.
import { CHECKOUT_KEYS } from '@trace-mesh/access/keys';
import { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { z } from 'zod';

/** How long a program may take, in ms; then it ends with an error, whatever its runner does. */
const PROGRAM_TIMEOUT_MS = 60_000;

/** A program's environment, as far as the runner made it. */
export const Surroundings = z.object({
  LESSON: z.string(),
  /** Names this run. What leaves the mesh carries it in its body, so that it can be found at the third party. */
  LESSON_RUN: z.uuid(),
  /** Where the program that was started before can be reached; empty where there is none. */
  LESSON_AT: z.string().default(''),
  LESSON_TIMEOUT_MS: z.coerce.number().int().positive().default(PROGRAM_TIMEOUT_MS),
  MESH_ENDPOINTS: z.string().transform((text) => Endpoints.parse(JSON.parse(text))),
  /** The folder of the keys with which the program's tokens are signed. */
  MESH_KEYS_DIR: z.string().default(CHECKOUT_KEYS),
});

/** Said by a program that waits to be called. */
export const Announced = z.object({ at: z.url() });

/** Said by the program that began the trace, when its work is done. */
export const Begun = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
});
