// The doctor's own calls over MCP are traced like any other. An agent that asks about the trace in which it works adds spans of
// the doctor to it, so these are left out of what the doctor reads.
import type { Span, Trace } from '../trace.ts';

/** `service.name` of the doctor as an MCP server over stdio; over HTTP it is a part of the console. */
export const DOCTOR_SERVICE = 'trace-doctor';
const CONSOLE = 'console';
/** The HTTP path of the doctor, in the console. */
export const DOCTOR_PATH = '/mcp';

const isOwnCall = ({ service, name, attributes }: Span): boolean =>
  service === DOCTOR_SERVICE ||
  (service === CONSOLE && ('mcp.method.name' in attributes || name.endsWith(` ${DOCTOR_PATH}`)));

/** The trace without the doctor's own calls. A trace that holds nothing else is returned as it is. */
export function withoutOwnCalls(trace: Trace): Trace {
  const spans = trace.spans.filter((span) => !isOwnCall(span));
  return spans.length === 0 || spans.length === trace.spans.length ? trace : { ...trace, spans };
}

/** Whether all spans are the doctor's own calls. */
export const isOwnTrace = ({ spans }: Trace): boolean => spans.every(isOwnCall);
