#!/usr/bin/env node
// `trace-doctor`: the command that the package brings.
import { runDoctor } from './command/run.ts';

process.exitCode = await runDoctor(process.argv.slice(2), {
  stdin: process.stdin,
  print: (text) => console.log(text),
  printError: (text) => console.error(text),
  color: process.stdout.isTTY === true && process.stdout.hasColors(),
});
