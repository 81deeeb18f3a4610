// Every way to break one hop of the running mesh: which knob, in which scenario it shows, and what the doctor finds.
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import type { Cause } from '@trace-mesh/trace-doctor/diagnose';
import { type Fault, faultsOfRow, isOfReceiver, knobsOf, ROWS } from './faults.ts';

/** A broken hop. With `drop: [knob]`, the doctor's first diagnosis of a firing of `scenario` has this row and cause. */
export interface Break {
  row: number;
  cause: Cause;
  /** `<service>:<name>` of the fault. */
  knob: string;
  fault: Fault;
  scenario: Scenario;
}

/** One for each row, fault and service, in the order of the rows. */
export const breaks: readonly Break[] = ROWS.flatMap((row) =>
  faultsOfRow(row).flatMap((fault) =>
    knobsOf(fault).flatMap((knob) => {
      const scenario = scenarioOf(row, knob, isOfReceiver(fault) ? 'to' : 'from');
      return scenario ? [{ row, cause: fault.cause, knob, fault, scenario }] : [];
    }),
  ),
);

/** The story, where it has a hop of this row with the service at that end; else the shortest scenario that has one. */
function scenarioOf(row: number, knob: string, end: 'from' | 'to'): Scenario | undefined {
  const has = ({ edges }: Scenario) => edges.some((edge) => edge.row === row && isOf(edge[end].service));
  const isOf = (service: string) => knob.startsWith(`${service}:`);
  const [story, ...others] = scenarios;
  if (story && has(story)) return story;
  return others.filter(has).sort((a, b) => a.edges.length - b.edges.length)[0];
}
