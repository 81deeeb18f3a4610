// The verdict on a trace, with the causes of what broke.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readRegistry } from '../conventions/registry.ts';
import { type Examination, examine } from '../examine.ts';
import { type RelatedTraces, readRelatedTraces } from '../links.ts';
import { timeOf } from '../trace.ts';
import type { Expected } from './expected.ts';
import { Facts, facts, Ref } from './facts.ts';
import type { Store } from './store.ts';

/** A trace whose last span ended less than this ago, in ms, may still grow, and so may what it links to: it is read again. */
export const SETTLED_AFTER_MS = 5_000;
const POLL_MS = 250;

export interface Check extends Examination {
  related: RelatedTraces;
  /** The name of its scenario, if it has one. */
  scenario?: string | undefined;
}

/** A hop that the scenario expects, as answered. Span ids have 16 hex digits. */
export const HopAnswer = z.object({
  row: z.int().describe('Of the propagation matrix, docs/trace-flow.md'),
  transport: z.string(),
  from: z.string().describe('The service that sends'),
  to: z.string().describe('The service that receives'),
  relation: z.enum(['parent', 'link']),
  ok: z.boolean(),
  why: z.string().optional().describe('What broke'),
  unproven: z.string().optional().describe('Why it cannot be judged'),
  spanIds: z.array(z.string()),
});

/** A cause of what broke; see diagnosis/causes.ts. */
export const DiagnosisAnswer = z.object({
  cause: z.string(),
  row: z.int().optional().describe('Of the hop that broke, if one was expected'),
  text: z.string(),
  spans: z.array(Ref).describe('The spans that show it, the sender first'),
});

/** The JSON of `trace check` and of the tool check_trace. */
export const CheckAnswer = Facts.extend({
  ok: z.boolean().describe('Healthy'),
  scenario: z.string().optional(),
  hops: z.array(HopAnswer),
  problems: z.array(z.object({ in: z.string(), text: z.string() })).describe('Symptoms'),
  diagnoses: z.array(DiagnosisAnswer).describe('Causes'),
  skews: z.array(
    z.object({
      service: z.string(),
      against: z.string(),
      offsetUs: z.number(),
      span: Ref,
      text: z.string(),
    }),
  ),
  notes: z.array(z.string()),
});

/** Examines a trace that has stopped growing: a young one that is not healthy is read again. */
export async function readCheck(
  store: Store,
  id: string,
  expected: Expected,
  scenario?: string,
): Promise<Check> {
  const registry = readRegistry();
  const signal = store.stop;
  for (;;) {
    const trace = await store.read(id);
    const related = await readRelatedTraces(store.tracesUrl, trace, { signal });
    const found = examine(trace, expected.edgesOf(trace, scenario), related, registry, expected.isOurs);
    const { endUs = 0 } = timeOf(trace) ?? {};
    const isComplete = found.ok && found.absent.length === 0;
    if (isComplete || Date.now() - endUs / 1000 > SETTLED_AFTER_MS)
      return { ...found, related, scenario: expected.scenarioOf(trace, scenario)?.name };
    await delay(POLL_MS, undefined, { signal });
  }
}

/** The JSON of a check. */
export function checkAnswer(check: Check): z.infer<typeof CheckAnswer> {
  const { ok, trace, scenario, hops, problems, diagnoses, skews, notes } = check;
  return { ok, ...facts(trace), ...(scenario && { scenario }), hops, problems, diagnoses, skews, notes };
}
