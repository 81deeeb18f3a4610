// Log lines of each service during create-task name their trace and span.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fireScenario } from '@trace-mesh/scenarios/fire';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';

const SERVICES = ['edge-mcp', 'rest-api', 'cost-ledger', 'worker', 'ws-hub'];
const DEADLINE_MS = 10_000;

let traceId: string;
let spans: Map<string, string>;

beforeAll(async () => {
  const { traces } = inject('endpoints');
  ({ traceId } = await fireScenario('create-task', inject('endpoints')));
  const { trace } = await waitForTrace(traces, traceId, [], { timeoutMs: DEADLINE_MS });
  spans = new Map(trace.spans.map((span) => [span.spanId, span.service]));
});

async function linesOf(service: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(inject('logDir'), `${service}.log`), 'utf8');
  return text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
}

describe.each(SERVICES)('%s', (service) => {
  it('logs each line of create-task with trace, a span of this service, tenant and service name', async () => {
    const lines = await vi.waitFor(
      async () => {
        const found = (await linesOf(service)).filter((line) => line.trace_id === traceId);
        expect(found).not.toEqual([]);
        return found;
      },
      { timeout: DEADLINE_MS },
    );
    // The agent's socket has no tenant yet; the work behind it has.
    expect(lines.map((line) => line.tenant_id)).toContain('demo');
    for (const line of lines) {
      expect(line).toMatchObject({ service, environment: 'embedded' });
      expect(line.version).toMatch(/^\d+\.\d+\.\d+/);
      expect(spans.get(String(line.span_id))).toBe(service);
    }
  });
});
