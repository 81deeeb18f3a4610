import { Command, CommanderError } from 'commander';
import { failureOf, usageExit } from '../command-line.ts';
import type { Answerer } from './answer.ts';
import { addCheck } from './check.ts';
import { addCost } from './cost.ts';
import { addDiff } from './diff.ts';
import { addErrors } from './errors.ts';
import { addMcp } from './mcp.ts';
import { addShow } from './show.ts';
import { addSlow } from './slow.ts';
import { openStore, type Terminal } from './store.ts';
import { addWatch } from './watch.ts';

const EPILOG = `
An ID is a whole trace id (32 hexadecimal digits), a traceparent, or the X-Trace-ID of a response of the mesh.
With --json, one object on stdout and nothing else; on failure {"ok":false,"error":…}.

Exit codes:
  0    check: healthy; diff: nothing missing or slower; errors: no error; the others: printed
  1    check: something is wrong; diff: there are differences; errors: there are errors
  2    wrong command line, no such trace, or no trace store answers
  129, 130, 143    stopped by SIGHUP, Ctrl-C or SIGTERM before there was a result (watch: 0)
`;

function traceProgram(answer: Answerer, env: NodeJS.ProcessEnv): Command {
  const program = new Command('npm run trace --')
    .description('Read a trace back from the running mesh, from compose, or from any Jaeger.')
    .addHelpText('after', EPILOG)
    .showHelpAfterError('see --help')
    .exitOverride();
  for (const add of [addShow, addCheck, addDiff, addSlow, addErrors, addWatch, addCost]) add(program, answer);
  addMcp(program, env);
  return program;
}

/** Runs the command line and returns its exit code; see --help. */
export async function runTrace(args: readonly string[], { env, stop }: Terminal): Promise<number> {
  const json = args.includes('--json');
  let exitCode = 0;
  const answer: Answerer = async (options, work) => {
    const store = await openStore(options, { env, stop });
    const { data, text, ...answer } = await work(store);
    const printed = json ? data && JSON.stringify(data) : text;
    if (printed) console.log(printed);
    exitCode = answer.exitCode;
  };
  try {
    await traceProgram(answer, env).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    const printJson = (error: string) => console.log(JSON.stringify({ ok: false, error }));
    if (thrown instanceof CommanderError) return usageExit(thrown, args, printJson);
    const failure = failureOf(thrown, stop, 2);
    if (json) printJson(failure.message);
    else console.error(failure.message);
    return failure.exitCode;
  }
}
