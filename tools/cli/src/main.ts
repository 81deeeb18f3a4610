// `npm run demo`: fires the scenarios at a mesh and prints a verdict for each hop.
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { stopSignal } from './command-line.ts';
import { demo } from './demo.ts';
import { parseOptions } from './options.ts';

const args = process.argv.slice(2);
const options = parseOptions(
  args,
  scenarios.map((scenario) => scenario.name),
);
process.exitCode =
  typeof options === 'number'
    ? options
    : await demo(options, scenarios, { env: process.env, stop: stopSignal() });
