// The command line of `npm run test:backends` and its exit codes.
import { usageExit } from '@trace-mesh/cli/command-line';
import { Command, Option } from 'commander';
import { suites } from './suites.ts';

export interface BackendsOptions {
  /** These alone, instead of all. */
  suite?: string[];
  /** Exit with 0 where there is no real backend. */
  ifFound: boolean;
  list: boolean;
}

const HELP = `
Where each backend comes from: the first of these.
  SQS        MESH_SQS_URL (a LocalStack); a running compose; LocalStack from PyPI, installed into ~/.cache/trace-mesh
             (needs Python 3.12 or 3.13)
  traces     MESH_OTLP_URL and MESH_TRACES_URL (Jaeger's query API); a running compose; a jaeger on PATH or in Go's bin
  Postgres   MESH_DATABASE_URL (it gets a database for the run); the embedded mesh's, which is a real server
  Prometheus prometheus and promtool on PATH
  Redis      MESH_REDIS_URL (an empty database); redis-server or valkey-server on PATH; else the embedded one

What is not found is named and replaced by the embedded part; one of SQS, traces and Prometheus must be real. Programs
that the command starts end with it.

Exit codes:
  0    all passed
  1    something failed
  2    the command line or a variable is wrong, or none of SQS, traces, Prometheus and Redis is real
  129, 130, 143    stopped by SIGHUP, Ctrl-C or SIGTERM
`;

/** The options, or the exit code where the command line already ended it: 0 for --help, 2 for a usage error. */
export function parseOptions(args: readonly string[]): BackendsOptions | number {
  const command = new Command('npm run test:backends --')
    .description('Runs the tests of the mesh with a real SQS server and a real Jaeger.')
    .addOption(new Option('--suite <name...>', 'these suites alone').choices(Object.keys(suites)))
    .option('--if-found', 'exit with 0 instead of 2 where no real backend is found', false)
    .option('--list', 'only print which backends are found and which tests are left out', false)
    .addHelpText('after', HELP)
    .showHelpAfterError('see --help')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    return command.parse(args, { from: 'user' }).opts<BackendsOptions>();
  } catch (error) {
    return usageExit(error, args, () => undefined);
  }
}
