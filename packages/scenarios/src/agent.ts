// The agent: a process of its own with the tracing preload, so that its spans are in the trace like any service's.
// `fire.ts` starts it; it fires one scenario and answers with one JSON line on stdout.
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { activeTraceId, withSpan } from '@trace-mesh/tracing/span';
import { scenarios } from './catalog.ts';
import { Endpoints } from './endpoints.ts';
import { FireRequest, type FireResult } from './fire.ts';

// The starter holds the other end of stdin: when it goes, so does the agent.
process.stdin.once('end', () => process.exit(1));
process.stdin.resume().unref?.();

const { name, prompt, timeoutMs } = FireRequest.parse(JSON.parse(process.env.MESH_FIRE ?? '{}'));
const endpoints = Endpoints.parse(JSON.parse(process.env.MESH_ENDPOINTS ?? '{}'));
const scenario = scenarios.find((candidate) => candidate.name === name);
if (!scenario) throw new Error(`there is no scenario ${name}`);

let answer: FireResult;
try {
  answer = await withSpan(`scenario ${name}`, {}, async () => {
    const traceId = activeTraceId() ?? '';
    const result = await scenario.fire({ endpoints, prompt, signal: AbortSignal.timeout(timeoutMs) });
    return { traceId, result };
  });
} catch (error) {
  answer = { error: error instanceof Error ? error.message : String(error) };
}
await shutdownTelemetry();
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
