import { scenarios } from '@trace-mesh/scenarios/catalog';
import { type Command, Option } from 'commander';

export const withScenario = (command: Command): Command =>
  command.addOption(
    new Option(
      '--scenario <name>',
      'the scenario whose edges are expected (default: the one that fired it)',
    ).choices(scenarios.map(({ name }) => name)),
  );
