// The expected edges of a trace: those of its scenario, which the agent's span names.
import type { Expected } from '@trace-mesh/trace-doctor/answers/expected';
import type { Edge } from '@trace-mesh/trace-doctor/edges';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { BROWSER, browserEdges } from './browser.ts';
import { scenarios } from './catalog.ts';
import type { Scenario } from './scenario.ts';

const PREFIX = 'scenario ';

/** The scenario of this name, or else the one that the agent's span names; undefined if there is none. */
export function scenarioOf({ spans }: Trace, name?: string): Scenario | undefined {
  const fired = spans.find((span) => span.service === 'agent' && span.name.startsWith(PREFIX));
  const wanted = name ?? fired?.name.slice(PREFIX.length);
  return scenarios.find((scenario) => scenario.name === wanted);
}

/** Its edges, with those of the click if the console fired it. */
export function edgesOf(trace: Trace, name?: string): Edge[] {
  const scenario = scenarioOf(trace, name);
  if (!scenario) return [];
  const clicked = trace.spans.some((span) => !span.parentSpanId && span.service === BROWSER);
  return [...scenario.edges, ...(clicked ? browserEdges(scenario) : [])];
}

const meshServices = new Set([
  ...['console', BROWSER],
  ...scenarios.flatMap(({ edges }) => edges.flatMap(({ from, to }) => [from.service, to.service])),
]);

/** Whether the mesh's scenarios name this service: the spans of other owners' services may follow other conventions. */
const isOfMesh = (service: string): boolean => meshServices.has(service);

/** What the trace doctor expects of the mesh's traces. */
export const expected: Expected = { scenarioOf, edgesOf, isOurs: isOfMesh };
