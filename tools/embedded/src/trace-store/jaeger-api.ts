// The part of Jaeger's query API that this repository uses, with the answers of Jaeger.
import { type Response, Router } from 'express';
import { type JaegerSpan, type JaegerTrace, toJaegerTrace } from './jaeger.ts';
import { LINKED_TRACE, type TraceMemory } from './memory.ts';

const DEFAULT_LIMIT = 100;
const UNITS: Record<string, number> = { us: 1, µs: 1, ms: 1e3, s: 1e6, m: 6e7, h: 3.6e9 };

class BadRequest extends Error {}

function answer(response: Response, data: unknown[]): void {
  response.json({ data, total: data.length, limit: 0, offset: 0, errors: null });
}

function fail(response: Response, code: number, msg: string): void {
  response.status(code).json({ data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] });
}

function microseconds(text: string): number {
  const [, amount, unit = ''] = /^([\d.]+)(us|µs|ms|s|m|h)$/.exec(text) ?? [];
  if (amount === undefined) throw new BadRequest(`'${text}' is not a duration (write 1.5ms, 300us or 2s)`);
  return Number(amount) * (UNITS[unit] ?? 1);
}

/** The `tag=key:value` and `tags={"key":"value"}` of a search. */
function requiredTags(query: URLSearchParams): [string, string][] {
  const pairs = query.getAll('tag').map((tag): [string, string] => {
    const colon = tag.indexOf(':');
    return [tag.slice(0, colon), tag.slice(colon + 1)];
  });
  try {
    return [...pairs, ...Object.entries<string>(JSON.parse(query.get('tags') ?? '{}'))];
  } catch {
    throw new BadRequest('tags must be a JSON object of strings');
  }
}

/** Whether a span matches a search: all conditions hold for this span. Throws `BadRequest` for an invalid search. */
function matcher(query: URLSearchParams): (span: JaegerSpan, trace: JaegerTrace) => boolean {
  const service = query.get('service');
  if (!service) throw new BadRequest("parameter 'service' is required");
  const operation = query.get('operation');
  const tags = requiredTags(query);
  const start = Number(query.get('start') ?? 0);
  const end = Number(query.get('end') ?? Number.POSITIVE_INFINITY);
  const min = microseconds(query.get('minDuration') || '0s');
  const max = query.get('maxDuration')
    ? microseconds(query.get('maxDuration') ?? '')
    : Number.POSITIVE_INFINITY;
  return (span, trace) => {
    const process = trace.processes[span.processID];
    const all = [...span.tags, ...(process?.tags ?? []), ...span.logs.flatMap((log) => log.fields)];
    return (
      process?.serviceName === service &&
      (!operation || operation === 'all' || span.operationName === operation) &&
      span.startTime >= start &&
      span.startTime <= end &&
      span.duration >= min &&
      span.duration <= max &&
      tags.every(([key, value]) => all.some((tag) => tag.key === key && String(tag.value) === String(value)))
    );
  };
}

/** Routes of Jaeger's query API over the traces in memory. */
export function jaegerApi(memory: TraceMemory): Router {
  const read = (traceId: string) => {
    const spans = memory.trace(traceId);
    return spans && toJaegerTrace(traceId, spans);
  };

  return Router()
    .get('/api/services', (_request, response) => answer(response, memory.services()))
    .get('/api/services/:service/operations', (request, response) => {
      answer(response, memory.operations(request.params.service));
    })
    .get('/api/traces/:traceId', (request, response) => {
      const { traceId } = request.params;
      if (!/^[0-9a-f]{1,32}$/i.test(traceId))
        return fail(response, 400, `cannot parse trace ID '${traceId}'`);
      const trace = read(traceId.toLowerCase().padStart(32, '0'));
      return trace ? answer(response, [trace]) : fail(response, 404, 'trace not found');
    })
    .get('/api/traces', (request, response) => {
      const query = new URLSearchParams(request.url.split('?')[1]);
      try {
        const matches = matcher(query);
        const limit = Number(query.get('limit') ?? DEFAULT_LIMIT) || DEFAULT_LIMIT;
        const found: JaegerTrace[] = [];
        const [, linked] = requiredTags(query).find(([key]) => key === LINKED_TRACE) ?? [];
        for (const traceId of linked === undefined ? memory.traceIds() : memory.linkingTraceIds(linked)) {
          const trace = read(traceId);
          if (trace?.spans.some((span) => matches(span, trace))) found.push(trace);
          if (found.length === limit) break;
        }
        answer(response, found);
      } catch (error) {
        if (!(error instanceof BadRequest)) throw error;
        fail(response, 400, error.message);
      }
    });
}
