// For preload.test.ts: a program that prints the knobs with which it started, and ends.
import { knobs } from './state.ts';

const { fail, drop } = knobs();
process.stdout.write([...fail, ...drop].join());
