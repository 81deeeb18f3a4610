// The faults, as data: what each does to the mesh, what is away meanwhile, and what it may cost.
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { ChaosMesh } from './chaos-mesh.ts';
import { CUT_OFF_MS, stopReading } from './slow-reader.ts';
import type { Condition } from './trace-backend.ts';
import { urlOf } from './verify/queue.ts';

export type Ending = () => Promise<unknown>;

export interface Fault {
  name: string;
  /** The processes that are away meanwhile: the health of the others has to say so. */
  gone?: string | readonly string[];
  /** Answers how it ends. Either may reject: then the mesh did not do what it had to. */
  begin(mesh: ChaosMesh): Promise<Ending>;
  /** The least duration in ms; without it, until the health checks of the other parts report the fault. */
  lastsMs?: number;
  /** Is there before the load comes and stays until the last task has ended. */
  throughout?: true;
  /** Whose spans may be lost; of every service where it is the trace backend that fails. */
  losesSpansOf?: readonly string[] | 'all';
  /** The codes with which tasks may fail; none without it. */
  mayFail?: readonly string[];
  /** `begin` is a SIGTERM, which must be heeded in time. */
  drains?: true;
  /** Callers must not notice it: latency is compared with that of a run without a fault. */
  imperceptible?: true;
  /** Sends a message that no consumer can process. */
  poisons?: true;
}

/** How long a frozen process stays frozen, in ms. */
const PAUSE_MS = 10_000;
/** How long the model hangs, in ms. */
const HANG_MS = 5_000;

const SERVICES = ['edge-mcp', 'rest-api', 'cost-ledger', 'worker', 'ws-hub'];
const PARTS = ['postgres', 'redis', 'queue'];
const nothing = async () => {};

const kill = (name: string): Fault => ({
  name: `kill ${name}`,
  gone: name,
  async begin(mesh) {
    const killed = mesh.process(name);
    await killed.kill();
    return () => killed.start();
  },
  losesSpansOf: [name],
});

const restart = (name: string): Fault => ({
  name: `restart ${name}`,
  gone: name,
  async begin(mesh) {
    const stopped = mesh.process(name);
    await stopped.stop();
    return () => stopped.start();
  },
});

const pause = (name: string): Fault => ({
  name: `pause ${name}`,
  gone: name,
  async begin(mesh) {
    const frozen = mesh.process(name);
    await frozen.pause();
    return () => frozen.resume();
  },
  lastsMs: PAUSE_MS,
});

const traceBackend = (condition: Condition): Fault => ({
  name: `trace backend ${condition}`,
  async begin({ traceBackend }) {
    await traceBackend.become(condition);
    return () => traceBackend.become('well');
  },
  throughout: true,
  losesSpansOf: 'all',
  imperceptible: true,
});

const model = (name: string, behaviour: Record<string, unknown>, rest: Partial<Fault>): Fault => ({
  name: `model ${name}`,
  async begin({ model }) {
    await model.behave(behaviour);
    return () => model.behave({});
  },
  mayFail: ['model_throttled', 'model_timeout'],
  ...rest,
});

/** A message that no handler can make sense of: it fails as often as the queue delivers it, and is then a dead letter. */
export const POISON = 'poison: no task at all';

async function sendPoison({ sqs }: ChaosMesh): Promise<Ending> {
  const QueueUrl = await urlOf(sqs, 'tasks');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: POISON }));
  return nothing;
}

/** The whole matrix. The trace backend comes first, right after the run without a fault that its latency is held against. */
export const faults: readonly Fault[] = [
  ...(['down', 'slow', 'failing', 'garbage'] as const).map(traceBackend),
  { ...pause('trace-store'), losesSpansOf: 'all' },
  ...SERVICES.map(kill),
  ...SERVICES.map((name): Fault => ({ ...restart(name), drains: true })),
  ...PARTS.map(restart),
  ...[...SERVICES, ...PARTS, 'bedrock'].map(pause),
  model('throttling', { throttleRatio: 0.5 }, { throughout: true }),
  model('hanging', { hang: true }, { lastsMs: HANG_MS }),
  { name: 'slow reader', begin: stopReading, lastsMs: CUT_OFF_MS },
  { name: 'poison message', begin: sendPoison, poisons: true },
];

/** A run that nothing disturbs: what the others are measured by. */
export const NO_FAULT: Fault = { name: 'no fault', begin: async () => nothing, throughout: true };

/** Several at once. */
export function together(...several: readonly Fault[]): Fault {
  const gone = several.flatMap((fault) => fault.gone ?? []);
  const losses = several.flatMap(({ losesSpansOf = [] }) => losesSpansOf);
  return {
    ...Object.assign({}, ...several),
    ...(gone.length > 0 && { gone }),
    ...(losses.length > 0 && { losesSpansOf: losses.includes('all') ? ('all' as const) : losses }),
    name: several.map(({ name }) => name).join(', '),
    async begin(mesh) {
      const endings = await Promise.all(several.map((fault) => fault.begin(mesh)));
      return () => Promise.all(endings.map((end) => end()));
    },
  };
}

/** Throws where there is none of that name. */
export function faultNamed(name: string): Fault {
  const found = faults.find((fault) => fault.name === name);
  if (!found) throw new Error(`there is no fault ${name}`);
  return found;
}
