// For preload.test.ts: a program that says which knobs it began with, and ends because it has nothing left to do.
import { knobs } from './here.ts';

process.stdout.write(knobs().fail.join());
