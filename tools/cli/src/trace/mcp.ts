// `mcp`: the doctor for agents, over stdio.
import { expected } from '@trace-mesh/scenarios/expected';
import type { Command } from 'commander';
import { composeEndpoints } from '../compose.ts';
import { withSource } from './answer.ts';
import { openStore, type StoreOptions } from './store.ts';

const HELP = `
An agent starts it as its child: stdout carries the protocol, stderr the log, and it ends with stdin. It starts without a mesh,
and each call looks for one. Its own calls are traced: the context of the agent arrives in _meta. They go to the store of the
mesh; with --traces only to OTEL_EXPORTER_OTLP_ENDPOINT.
`;

/** Adds `trace mcp`. */
export function addMcp(program: Command, env: NodeJS.ProcessEnv): void {
  withSource(program.command('mcp'))
    .description('serve the doctor to an agent: an MCP server over stdio')
    .addHelpText('after', HELP)
    .action(async (options: StoreOptions) => {
      const { serveDoctor } = await import('@trace-mesh/doctor-mcp/stdio');
      const open = (stop: AbortSignal) => openStore(options, { env, stop });
      await serveDoctor({ open, expected, env, otlp: () => otlpOf(options, env) });
    });
}

async function otlpOf({ target, traces }: StoreOptions, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (traces !== undefined) return 'none';
  if (target === 'compose') return composeEndpoints(env).otlp;
  const { findRunningMesh } = await import('@trace-mesh/embedded/mesh');
  return (await findRunningMesh())?.endpoints.otlp;
}
