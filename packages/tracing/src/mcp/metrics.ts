// The metric of the MCP conventions: the duration of each request, measured by its receiver.
import type { Attributes, Span } from '@opentelemetry/api';
import { durations } from '../sdk/durations.ts';
import type { Value } from '../sdk/series.ts';

/** In seconds; the convention's advice. */
export const DURATION_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

const NAMES = [
  'mcp.method.name',
  'gen_ai.tool.name',
  'mcp.protocol.version',
  'gen_ai.operation.name',
  'gen_ai.prompt.name',
  'network.transport',
  'network.protocol.name',
  'error.type',
  'rpc.status_code',
];

const record = durations({
  name: 'mcp.server.operation.duration',
  description: 'MCP request duration, from when it was received until the result was sent.',
  attributes: NAMES,
  boundaries: DURATION_BUCKETS,
});

/** Records an operation that began at `since` (`performance.now()`), with those of its attributes that the metric has. */
export const recordOperationDuration = (since: number, attributes: Attributes, span: Span): void =>
  record(
    since,
    NAMES.map((name) => attributes[name] as Value),
    span,
  );
