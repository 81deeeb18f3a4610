// The span and the metric of each request that an MCP server receives or makes. The hard part is that every span ends,
// since a cancelled request has no response.
import { type Attributes, type Context, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type SpanInit, startSpan } from '../spans/span.ts';
import { describeRequest, type McpRequest, type McpResponse, type Surroundings } from './message.ts';
import { recordOperationDuration } from './metrics.ts';

interface Operation {
  span: Span;
  kind: SpanKind;
  startedAt: number;
  /** Those that span and metric share. */
  attributes: Attributes;
}

const NETWORK = {
  http: { 'network.transport': 'tcp', 'network.protocol.name': 'http' },
  stdio: { 'network.transport': 'pipe' },
};

/** Starts the span of a request; `ctx` is the context in which it is handled or sent. */
export function startOperation(
  request: Parameters<typeof describeRequest>[0],
  around: Surroundings,
  init: SpanInit & { kind: SpanKind },
): { operation: Operation; ctx: Context } {
  const { name, shared, own } = describeRequest(request, around);
  const attributes = { ...shared, ...NETWORK[around.transport] };
  const { span, ctx } = startSpan(name, {
    ...init,
    attributes: { ...attributes, ...own, ...init.attributes },
  });
  return { operation: { span, kind: init.kind, startedAt: performance.now(), attributes }, ctx };
}

/** How a request ended, as attributes of span and metric; without a message it succeeded. */
interface Outcome {
  attributes: Attributes;
  message?: string;
}

/** The outcome of a request that was cancelled, or whose connection closed. */
export const CANCELLED: Outcome = { attributes: { 'error.type': 'cancelled' }, message: 'cancelled' };

/** The outcome that a response reports: a JSON-RPC error, or a tool's own failure (`isError`). */
export function outcomeOf({ error, result }: McpResponse): Outcome {
  if (error) {
    const code = String(error.code);
    return { attributes: { 'error.type': code, 'rpc.status_code': code }, message: error.message };
  }
  if (result?.isError !== true) return { attributes: {} };
  return { attributes: { 'error.type': 'tool_error' }, message: 'the tool reported an error' };
}

/** The requests of one side of a connection that have no response yet. */
export class OpenOperations {
  // A list for each id: a peer that uses one id twice at a time breaks the protocol, but must not leak a span.
  readonly #open = new Map<McpRequest['id'], Operation[]>();

  add(id: McpRequest['id'], operation: Operation): void {
    this.#open.set(id, [...(this.#open.get(id) ?? []), operation]);
  }

  end(id: McpRequest['id'], outcome: Outcome): void {
    const [operation, ...others] = this.#open.get(id) ?? [];
    if (!operation) return;
    if (others.length > 0) this.#open.set(id, others);
    else this.#open.delete(id);
    finish(operation, outcome);
  }

  cancelAll(): void {
    const left = [...this.#open.values()].flat();
    this.#open.clear();
    for (const operation of left) finish(operation, CANCELLED);
  }
}

function finish({ span, kind, startedAt, attributes }: Operation, outcome: Outcome): void {
  // No exception event: the error is recorded where it arose.
  if (outcome.message !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.message });
    span.setAttributes(outcome.attributes);
  }
  if (outcome === CANCELLED) span.addEvent('cancelled');
  span.end();
  if (kind !== SpanKind.SERVER) return;
  recordOperationDuration(startedAt, { ...attributes, ...outcome.attributes }, span);
}
