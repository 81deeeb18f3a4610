// Runs the trace doctor in this process, and the traces that the tests run it on.
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';
import { vi } from 'vitest';
import { runTrace } from './command.ts';

/** The exit code and the output; `printed` grows while the command runs. */
export async function run(args: string[], stop = new AbortController().signal, printed: string[] = []) {
  const errors: string[] = [];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(String(line))),
    vi.spyOn(console, 'error').mockImplementation((line) => void errors.push(String(line))),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0),
  ];
  try {
    const code = await runTrace(args, { env: process.env, stop });
    return { code, stdout: printed.join('\n'), stderr: errors.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

export const ID = 'a'.repeat(32);
export const OTHER = 'b'.repeat(32);

export function makeSpan(traceId: string, spanId: string, service: string, parts: Partial<Span> = {}): Span {
  const facts = { startUs: 1_000_000, durationUs: 2_000, attributes: {}, events: [], links: [] };
  return { ...facts, traceId, spanId, service, name: `${spanId} work`, kind: 'internal', ...parts };
}

const sqs = {
  'messaging.system.name': 'aws.sqs',
  'messaging.destination.name': 'tasks',
  'messaging.message.id': 'm-1',
};
const producer = { ...sqs, 'messaging.operation.name': 'send', 'messaging.operation.type': 'send' };
const consumer = { ...sqs, 'messaging.operation.name': 'process', 'messaging.operation.type': 'process' };

/** A task is submitted and processed, in one trace. */
export const whole = (traceId = ID): Trace => ({
  traceId,
  spans: [
    makeSpan(traceId, 'root', 'rest-api', { name: 'ask', durationUs: 10_000 }),
    makeSpan(traceId, 'send', 'rest-api', {
      name: 'send tasks',
      kind: 'producer',
      parentSpanId: 'root',
      attributes: producer,
    }),
    makeSpan(traceId, 'process', 'worker', {
      name: 'process tasks',
      kind: 'consumer',
      parentSpanId: 'send',
      startUs: 1_005_000,
      attributes: consumer,
    }),
  ],
});

/** The same with ten user attributes, which leave no room for the context: two traces. */
export function tenAttributes(): Trace[] {
  const [root, send, process] = whole().spans as [Span, Span, Span];
  const taken = { 'mesh.messaging.context_place': 'none', 'mesh.messaging.user_attributes': 10 };
  const { parentSpanId: _, ...lost } = { ...process, traceId: OTHER };
  return [
    { traceId: ID, spans: [root, { ...send, attributes: { ...send.attributes, ...taken } }] },
    { traceId: OTHER, spans: [lost] },
  ];
}
