// Runs the program of its arguments; it ends with the process that started this one.
import { runBinary } from '@trace-mesh/postgres/run-binary';

const [command = '', ...args] = process.argv.slice(2);
process.exitCode = await runBinary({ command, args, stopSignal: 'SIGTERM' });
