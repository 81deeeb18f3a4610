// The trace doctor as an MCP server: one for each HTTP request, or for a connection over stdio.
import { McpServer } from '@modelcontextprotocol/server';
import type { Expected } from '@trace-mesh/trace-doctor/answers/expected';
import { DOCTOR_SERVICE } from '@trace-mesh/trace-doctor/answers/own-calls';
import { type TraceMcpOptions, traceMcpServer } from '@trace-mesh/tracing/mcp-server';
import { registerQuestion, type Source } from './question.ts';
import { checkTrace } from './tools/check-trace.ts';
import { costOf } from './tools/cost-of.ts';
import { diffTraces } from './tools/diff-traces.ts';
import { explainMissingHop } from './tools/explain-missing-hop.ts';
import { findTraces } from './tools/find-traces.ts';
import { firstError } from './tools/first-error.ts';
import { showTrace } from './tools/show-trace.ts';
import { slowPath } from './tools/slow-path.ts';

const INSTRUCTIONS =
  'Reads OpenTelemetry traces and explains what broke. Take a trace id from a response (X-Trace-ID) or from find_traces; ' +
  'check_trace gives the verdict, explain_missing_hop the cause of a lost context and the fix.';

export interface DoctorOptions extends Source {
  expected: Expected;
  transport: TraceMcpOptions['transport'];
}

/** A server with the doctor's tools. Its calls are traced, the context of the caller is in `_meta`. */
export function createDoctorServer({ expected, transport, ...source }: DoctorOptions): McpServer {
  const server = new McpServer({ name: DOCTOR_SERVICE, version: '0.1.0' }, { instructions: INSTRUCTIONS });
  traceMcpServer(server, { transport });
  registerQuestion(server, source, findTraces(expected));
  registerQuestion(server, source, showTrace(expected));
  registerQuestion(server, source, checkTrace(expected));
  registerQuestion(server, source, explainMissingHop(expected));
  registerQuestion(server, source, slowPath);
  registerQuestion(server, source, firstError);
  registerQuestion(server, source, costOf);
  registerQuestion(server, source, diffTraces);
  return server;
}
