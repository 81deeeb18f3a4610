// The agent: a process with the tracing preload, so that its spans are in the traces. `fire.ts` starts it. It reads one request
// per line of stdin, writes one line to stdout for each, and ends when stdin closes.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { CHECKOUT_KEYS } from '@trace-mesh/access/keys';
import { extractContext } from '@trace-mesh/tracing/carrier';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { activeTraceId, withSpan } from '@trace-mesh/tracing/span';
import type { z } from 'zod';
import { scenarios } from './catalog.ts';
import { Endpoints } from './endpoints.ts';
import { type FireAnswer, FireRequest } from './fire-protocol.ts';
import { openTokens } from './tokens.ts';

// The mesh's own queue checks no signature, but the AWS SDK signs only with keys and a region.
process.env.AWS_REGION ??= 'us-east-1';
process.env.AWS_ACCESS_KEY_ID ??= 'agent';
process.env.AWS_SECRET_ACCESS_KEY ??= 'agent';

// `mcp-stdio` reads it from the environment too.
process.env.MESH_KEYS_DIR ??= CHECKOUT_KEYS;

const endpoints = Endpoints.parse(JSON.parse(process.env.MESH_ENDPOINTS ?? '{}'));
const tokens = openTokens(process.env.MESH_KEYS_DIR);

/** The timeout of a scenario, in ms. */
const FIRE_TIMEOUT_MS = 60_000;

/** Fires a scenario. Its trace is a forced one, which a tail sampler keeps: without it a scenario shows nothing. */
async function fire(request: z.infer<typeof FireRequest>): Promise<FireAnswer> {
  const { id, name, prompt, carrier, taskId } = request;
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (!scenario) return { id, error: `unknown scenario: ${name}` };
  const signal = AbortSignal.timeout(FIRE_TIMEOUT_MS);
  const options = { endpoints, tokens, prompt, signal, newTaskId: idsFrom(taskId), env: process.env };
  try {
    return await withSpan(`scenario ${name}`, { parent: extractContext(carrier) }, async (span) => {
      span.setAttribute('sampling.rule', 'forced');
      const traceId = activeTraceId() ?? '';
      const { relatedTraceIds = [], ...result } = await scenario.fire(options);
      return { id, fired: { traceId, relatedTraceIds, result } };
    });
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Generates ids; the first one may be given. */
function idsFrom(given: string | undefined): () => string {
  const ids = given === undefined ? [] : [given];
  return () => ids.pop() ?? randomUUID();
}

const answer = async (line: string) => {
  process.stdout.write(`${JSON.stringify(await fire(FireRequest.parse(JSON.parse(line))))}\n`);
};

// stdin closes with the process that started the agent.
createInterface({ input: process.stdin })
  .on('line', (line) => void answer(line))
  .on('close', () => void shutdownTelemetry().finally(() => process.exit(0)));
