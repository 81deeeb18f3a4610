// `npm run trace -- …`: reads a trace back, and says what it is, what is wrong with it and what it cost.
import { stopSignal } from '../stop.ts';
import { runTrace } from './command.ts';

process.exitCode = await runTrace(process.argv.slice(2), { env: process.env, stop: stopSignal() });
