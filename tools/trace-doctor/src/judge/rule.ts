// What a rule is. `rules.ts` has the table of all.
import type { Found, Level } from './finding.ts';
import type { Seen, ServiceSeen } from './seen.ts';

/** How much a rule of the Instrumentation Score weighs: specification.md, "Rules". */
export const WEIGHTS = { Critical: 40, Important: 30, Normal: 20, Low: 10 } as const;
export type Impact = keyof typeof WEIGHTS;

export interface Rule {
  id: string;
  /** Of its findings, unless one has its own. */
  level: Level;
  /** What holds in good traces. */
  title: string;
  check(seen: Seen): Found[];
}

/** A rule of the Instrumentation Score: a service fails it with one finding. */
export interface ScoreRule extends Rule {
  impact: Impact;
  /** Why this service cannot be judged; undefined where it can. */
  unjudged?(service: ServiceSeen): string | undefined;
}

/** Whether the rule counts for the Instrumentation Score. */
export const isScoreRule = (rule: Rule): rule is ScoreRule => 'impact' in rule;

/** A check that looks at one service after the other. */
export const ofEachService =
  (check: (service: ServiceSeen, seen: Seen) => Found[]): Rule['check'] =>
  (seen) =>
    seen.services.flatMap((service) => check(service, seen));

/** Resource rules cannot judge a format that has no resources, such as Zipkin's. */
export const needsResource = ({ resources }: ServiceSeen): string | undefined =>
  resources.length === 0 ? 'needs resource attributes, which these traces do not have' : undefined;
