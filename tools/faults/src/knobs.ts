// What can be turned while the mesh runs. The tables are the whole of it: the console draws its switches from them, the
// schema takes no other name, and each has its test in tests/all/lab.test.ts.
import { z } from 'zod';

/** How long slow work waits unless told otherwise, in ms. */
export const SLOW_MS = 1_500;
/** No work is made to wait longer, in ms: more than the deadline of a gRPC call, less than the patience of an agent. */
export const MAX_SLOW_MS = 10_000;

/** Where work can be made to fail or to wait: one operation of each service, all of them on the story's way. */
export const PLACES = {
  'edge-mcp': 'the tool create_task, before it asks rest-api',
  'rest-api': 'POST /api/tasks, before the cost is set aside',
  'cost-ledger': 'Reserve, before the budget is touched',
  worker: 'a task, before the model is asked',
  'ws-hub': 'a task event, before it is pushed to anyone',
} as const;
export type Place = keyof typeof PLACES;

/** Where the context can be left behind: `<who sends>:<over what>`. */
export const DROPS = {
  'agent:mcp': 'the agent calls its tool without context in _meta',
  'agent:ws-handshake': 'the agent opens its socket without context, in whichever way',
  'agent:websocket': "the agent's messages on the socket bring no context",
  'edge-mcp:http': 'edge-mcp asks rest-api without context in its headers',
  'rest-api:grpc': 'rest-api asks the ledger without context in its metadata',
  'rest-api:outbox': 'the outbox row keeps no context',
  'rest-api:sqs': 'the messages to the queue carry no context',
  'worker:grpc': 'the worker settles without context in its metadata',
  'worker:redis': 'the events on the Redis channel carry no context',
  'ws-hub:websocket': "the hub's messages on the socket bring no context",
} as const;
export type Drop = keyof typeof DROPS;

/** All knobs at rest are `NO_KNOBS`. */
export const Knobs = z.strictObject({
  /** Share of the traces that are kept, in place of the ratios at the public edges, and for those that the agent begins. */
  samplingRatio: z.number().min(0).max(1).optional(),
  /** How the worker takes its messages: in the sender's trace, or in one of its own that links to it. */
  sqsMode: z.enum(['parent', 'link']).optional(),
  fail: z.array(z.enum(Object.keys(PLACES) as Place[])).default([]),
  slow: z.array(z.enum(Object.keys(PLACES) as Place[])).default([]),
  slowMs: z.number().int().min(0).max(MAX_SLOW_MS).default(SLOW_MS),
  drop: z.array(z.enum(Object.keys(DROPS) as Drop[])).default([]),
});
export type Knobs = z.infer<typeof Knobs>;

/** Nothing is turned: every process behaves as its source says. */
export const NO_KNOBS: Knobs = Knobs.parse({});
