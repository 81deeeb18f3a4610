// Requests whose far side is in another trace, or in none. One check finds both: a lost far side explains why none is below.
import { isFarSide } from '../../diagnosis/far-side.ts';
import { label } from '../../selector.ts';
import { byStart, type Span } from '../../trace.ts';
import { andMore, type Found, found } from '../finding.ts';
import { fixRequest } from '../fixes.ts';
import { once } from '../remember.ts';
import { addressOf, answersOf, operationOf, requestOf, startedDuring, unansweredOf } from '../requests.ts';
import type { Rule } from '../rule.ts';
import type { Seen } from '../seen.ts';

interface Unanswered {
  client: Span;
  /** The root that it reached without context. */
  root?: Span | undefined;
}

/** Each with a root of the same request that started while the client span ran. A root is taken once. */
const unanswered = once((seen): Unanswered[] => {
  const clients = unansweredOf(seen);
  const roots = clients.length > 0 ? seen.index.roots : [];
  const free = new Set(roots.filter(({ kind, links }) => kind === 'server' && links.length === 0));
  const byRequest = Map.groupBy([...free].sort(byStart), (span) => requestOf(span) ?? '');
  return clients.toSorted(byStart).map((client) => {
    const same = byRequest.get(requestOf(client) ?? '') ?? [];
    const root = startedDuring(client, same).find((span) => free.has(span) && isFarSide(client, span));
    if (root) free.delete(root);
    return { client, root };
  });
});

const pairs = ({ client, root }: Unanswered) => JSON.stringify([client.service, root?.service]);

/** The context was lost between a client span and the root of another trace. */
export const requestsCarryContext: Rule = {
  id: 'request-without-context',
  level: 'error',
  title: 'a server span is a child of the client span that called it',
  check(seen) {
    const lost = unanswered(seen).filter(({ root }) => root);
    return [...Map.groupBy(lost, pairs).values()].flatMap((own): Found[] => {
      const [{ client, root } = {}] = own;
      if (!client || !root) return [];
      const text = `${label(client)} reached ${label(root)} without context: it is the root of trace ${root.traceId}${andMore(own)}`;
      const shown = own.flatMap((one) => [one.client, ...(one.root ? [one.root] : [])]);
      return [found(shown, { text, fix: fixRequest(seen.languageOf(client)), service: client.service })];
    });
  },
};

/** Probes and static files are excluded from instrumentation on purpose. */
const PROBE =
  /\/(health\w*|ready\w*|readiness|live\w*|liveness|ping|metrics|status|favicon\.ico|robots\.txt)$|grpc\.health\.|grpc\.reflection\./i;

/** An answer that a proxy or a cache may have given, or none. */
function mayBeOfAnother({ status, attributes }: Span): boolean {
  const code = Number(attributes['http.response.status_code'] ?? 0);
  return status?.code === 'ERROR' || code >= 300 || 'error.type' in attributes;
}

/** Where a client span may have the name of the service that it calls. */
const NAMES = ['server.service.name', 'service.peer.name', 'server.address'];

/** The service that is known to make server spans for such a request: by its name, or by other requests to the same address. */
function knownServers(seen: Seen): (client: Span) => string | undefined {
  const answerOf = answersOf(seen);
  const serving = new Set(seen.spans.flatMap(({ kind, service }) => (kind === 'server' ? [service] : [])));
  const keyOf = (client: Span) => `${addressOf(client)} ${operationOf(requestOf(client) ?? '')}`;
  const byOperation = new Map<string, string>();
  for (const span of seen.spans) {
    const answer = span.kind === 'client' ? answerOf(span) : undefined;
    if (answer?.kind === 'server' && requestOf(span)) byOperation.set(keyOf(span), answer.service);
  }
  return (client) => {
    const names = NAMES.map((key) => client.attributes[key]);
    return names.map(String).find((name) => serving.has(name)) ?? byOperation.get(keyOf(client));
  };
}

/** The far side is in no trace, although its service records its requests. */
export const requestsArrive: Rule = {
  id: 'client-without-server',
  level: 'warning',
  title: 'a request to an instrumented service has a server span',
  check(seen) {
    // What is below the missing span shows it: rule SPA-002.
    const torn = new Set(seen.index.orphans.map(({ traceId }) => traceId));
    const clear = unanswered(seen).filter(
      ({ client, root }) =>
        !root && !torn.has(client.traceId) && !mayBeOfAnother(client) && !PROBE.test(requestOf(client) ?? ''),
    );
    if (clear.length === 0) return [];
    const serverOf = knownServers(seen);
    const missing = clear.flatMap(({ client }) => {
      const server = serverOf(client);
      return server ? [{ client, server }] : [];
    });
    const alike = Map.groupBy(missing, ({ client, server }) => JSON.stringify([client.service, server]));
    return [...alike.values()].flatMap((own): Found[] => {
      const [{ client, server } = {}] = own;
      if (!client || !server) return [];
      const text = `${label(client)} called ${server}, which recorded no span of it, and does of other requests${andMore(own)}`;
      return [
        found(
          own.map((one) => one.client),
          { text, fix: fixOf(server), service: server },
        ),
      ];
    });
  },
};

const fixOf = (server: string) =>
  `in ${server}: OTEL_TRACES_SAMPLER=parentbased_always_on, no exclusion of this route, and an exporter queue that drops nothing (OTEL_BSP_MAX_QUEUE_SIZE)`;
