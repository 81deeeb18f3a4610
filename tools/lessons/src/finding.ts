// Reads a run's trace: the verdict on its hops and the diagnosis. Spans arrive in batches from many processes, so the store is
// read until the finding is as expected, or until the deadline.
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Diagnosis, diagnose, type ReceivedRequest } from '@trace-mesh/trace-doctor/diagnose';
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import { findOthers } from '@trace-mesh/trace-doctor/links';
import { describe, matches } from '@trace-mesh/trace-doctor/selector';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { judge, type Verdict } from '@trace-mesh/trace-doctor/wait';
import type { Lesson } from './lesson.ts';
import { unsampledTraceId } from './protocol.ts';
import { receivedOutside } from './received-outside.ts';
import type { ProgramRun, RunOptions, Version } from './run-program.ts';

/** How long to wait for the spans of a run, in ms. */
const FINDING_TIMEOUT_MS = 15_000;
const POLL_MS = 150;

export interface Finding extends Verdict {
  diagnoses: Diagnosis[];
  /** The requests of the run that a third party received. */
  received: ReceivedRequest[];
  /** The trace of the requests that are not sampled; without spans where every service obeys. */
  unsampled: Trace;
  /** Every hop holds, the trace is whole, and there is no diagnosis. */
  whole: boolean;
}

export interface FindOptions extends RunOptions {
  /** What to wait for; without it, for a whole trace, or for one in which nothing changes for `quietMs`. */
  expected?: Version;
  quietMs?: number;
  timeoutMs?: number;
}

/**
 * Reads until the run is found as it is expected (broken with the lesson's cause and no other, or whole) and nothing more
 * arrives, or until the deadline.
 * @throws Error when trace store or third party does not answer; the signal's reason when aborted
 */
export async function findOut(lesson: Lesson, run: ProgramRun, options: FindOptions): Promise<Finding> {
  const { signal, expected, quietMs = 0, timeoutMs = FINDING_TIMEOUT_MS } = options;
  const deadline = Date.now() + timeoutMs;
  let before: Finding | undefined;
  let changedAt = Date.now();
  for (;;) {
    const finding = await look(lesson, run, options);
    const unchanged = isSame(finding, before);
    if (!unchanged) changedAt = Date.now();
    const isFinal = expected
      ? isAsExpected(lesson, expected, finding)
      : finding.whole || Date.now() >= changedAt + quietMs;
    if ((unchanged && isFinal) || Date.now() >= deadline) return finding;
    before = finding;
    await delay(POLL_MS, undefined, signal ? { signal } : {});
  }
}

/** Whether the finding is the expected one: the lesson's cause, or whole. */
export function isAsExpected({ cause }: Lesson, version: Version, { whole, diagnoses }: Finding): boolean {
  if (version === 'fixed') return whole;
  // Every trace begins with nothing that arrived: then the diagnosis names no spans.
  const isShown = ({ spans }: Diagnosis) => cause !== 'never-arrived' || spans.length > 0;
  return diagnoses.length > 0 && diagnoses.every((found) => found.cause === cause && isShown(found));
}

const isSame = (now: Finding, before: Finding | undefined): boolean =>
  now.trace.spans.length === before?.trace.spans.length && isDeepStrictEqual(now.diagnoses, before.diagnoses);

/** The finding as of now. */
async function look(lesson: Lesson, { traceId, runId }: ProgramRun, options: RunOptions): Promise<Finding> {
  const { endpoints, signal } = options;
  const { edges } = lesson;
  const request = signal ? { signal } : {};
  const read = async (id: string): Promise<Trace> =>
    (await fetchTrace(endpoints.traces, id, request)) ?? { traceId: id, spans: [] };
  const [trace, unsampled] = await Promise.all([read(traceId), read(unsampledTraceId(runId))]);
  const verdict = judge(trace, edges);
  const others = verdict.ok ? [] : await findOthers(endpoints.traces, trace, edges, request);
  const received = await receivedOutside(endpoints.bedrock, runId, request);
  const diagnoses = diagnose({ trace, edges, others, received, unsampled: [unsampled], oneTenant: true });
  const problems = [...verdict.problems, ...givenUp(lesson, trace, received)];
  const whole = verdict.ok && problems.length === 0 && diagnoses.length === 0;
  return { ...verdict, problems, diagnoses, received, unsampled, whole };
}

/** Work that the program should have done. */
function givenUp({ keeps = [], leavesMesh }: Lesson, trace: Trace, received: ReceivedRequest[]): string[] {
  const missing = keeps.filter((wanted) => !trace.spans.some((span) => matches(span, wanted)));
  return [
    ...missing.map((wanted) => `no span ${describe(wanted)} arrived`),
    ...(leavesMesh && received.length === 0 ? ['the third party received no request'] : []),
  ];
}
