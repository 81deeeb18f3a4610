// The command line of the trace doctor.
import { Command, CommanderError } from 'commander';
import { Stopped } from '../stop.ts';
import type { Answer, Answerer } from './answer.ts';
import { addCheck } from './check.ts';
import { addCost } from './cost.ts';
import { addDiff } from './diff.ts';
import { addErrors } from './errors.ts';
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

/** All commands; each passes its work to `answer`. */
function traceProgram(answer: Answerer): Command {
  const program = new Command('npm run trace --')
    .description('Read a trace back from the running mesh, from compose, or from any Jaeger.')
    .addHelpText('after', EPILOG)
    .showHelpAfterError('see --help')
    .exitOverride();
  for (const add of [addShow, addCheck, addDiff, addSlow, addErrors, addWatch, addCost]) add(program, answer);
  return program;
}

/** Runs the command line and returns its exit code; see --help. */
export async function runTrace(args: readonly string[], { env, stop }: Terminal): Promise<number> {
  const json = args.includes('--json');
  let exitCode = 0;
  const answer: Answerer = async (options, work) => {
    const store = await openStore(options, { env, stop });
    exitCode = tell(await work(store), json);
  };
  try {
    await traceProgram(answer).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return usage(thrown, json);
    // After a signal, every pending failure is a consequence of it.
    const error: unknown = stop.aborted ? stop.reason : thrown;
    const message = error instanceof Error ? error.message : String(error);
    if (json) console.log(failure(message));
    else console.error(message);
    return error instanceof Stopped ? error.exitCode : 2;
  }
}

function tell({ data, text, exitCode }: Answer, json: boolean): number {
  const printed = json ? data && JSON.stringify(data) : text;
  if (printed) console.log(printed);
  return exitCode;
}

/** Commander has already printed the error. */
function usage(error: CommanderError, json: boolean): number {
  if (error.exitCode === 0) return 0;
  if (json) console.log(failure(error.message.replace(/^error: /, '')));
  return 2;
}

const failure = (error: string) => JSON.stringify({ ok: false, error });
