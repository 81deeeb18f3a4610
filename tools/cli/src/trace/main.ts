// `npm run trace -- …`: reads a trace back, shows it, checks it, and sums its cost.
import { stopSignal } from '../command-line.ts';
import { runTrace } from './command.ts';

process.exitCode = await runTrace(process.argv.slice(2), { env: process.env, stop: stopSignal() });
