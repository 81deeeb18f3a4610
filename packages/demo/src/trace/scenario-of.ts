// Which edges a trace must have: those of the scenario that fired it, which its root span names.
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { type Command, Option } from 'commander';

const PREFIX = 'scenario ';

/** The scenario of this name, or else the one that the root span names; undefined for a trace that none fired. */
export function scenarioOf({ spans }: Trace, name?: string): Scenario | undefined {
  const root = spans.find((span) => !span.parentSpanId && span.service === 'agent');
  const wanted = name ?? (root?.name.startsWith(PREFIX) ? root.name.slice(PREFIX.length) : undefined);
  return scenarios.find((scenario) => scenario.name === wanted);
}

export const withScenario = (command: Command): Command =>
  command.addOption(
    new Option(
      '--scenario <name>',
      'the scenario whose edges it must have; by default the one that fired it',
    ).choices(scenarios.map(({ name }) => name)),
  );
