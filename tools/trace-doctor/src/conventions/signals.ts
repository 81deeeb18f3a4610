// The conventions' rules for each signal: required attributes, span kinds and span names.
import type { Span } from '../trace.ts';

export interface Signal {
  name: string;
  /** Whether a span belongs to this signal. */
  is(span: Span): boolean;
  kinds(span: Span): readonly Span['kind'][];
  required(span: Span): readonly string[];
  /** The allowed names; undefined if the conventions do not define them. */
  names?(span: Span): readonly string[] | undefined;
}

const has = (key: string) => (span: Span) => key in span.attributes;
const text = (span: Span, key: string) => String(span.attributes[key] ?? '');
const failed = (span: Span) => 'error.type' in span.attributes || span.status?.code === 'ERROR';

const http: Signal = {
  name: 'http',
  is: has('http.request.method'),
  kinds: () => ['client', 'server'],
  required: (span) => {
    const status = failed(span) ? [] : ['http.response.status_code'];
    return span.kind === 'client'
      ? ['server.address', 'server.port', 'url.full', ...status]
      : ['url.path', 'url.scheme', ...status];
  },
  names: (span) => {
    const method = text(span, 'http.request.method');
    const target = text(span, span.kind === 'client' ? 'url.template' : 'http.route');
    return [target ? `${method} ${target}` : method];
  },
};

const db: Signal = {
  name: 'db',
  is: has('db.system.name'),
  kinds: () => ['client'],
  required: (span) => [
    'server.address',
    ...(text(span, 'db.system.name') === 'postgresql' ? ['db.namespace'] : []),
  ],
};

const rpc: Signal = {
  name: 'rpc',
  is: has('rpc.system.name'),
  kinds: () => ['client', 'server'],
  required: (span) => {
    const grpc = text(span, 'rpc.system.name') === 'grpc';
    return [
      'rpc.method',
      ...(grpc ? ['rpc.status_code'] : []),
      ...(grpc && span.kind === 'client' ? ['server.address', 'server.port'] : []),
    ];
  },
  names: (span) => (text(span, 'rpc.system.name') === 'grpc' ? [text(span, 'rpc.method')] : undefined),
};

const MESSAGING_KINDS: Record<string, readonly Span['kind'][]> = {
  create: ['producer'],
  send: ['producer', 'client'],
  receive: ['client'],
  process: ['consumer'],
  settle: ['client'],
};

const messaging: Signal = {
  name: 'messaging',
  is: has('messaging.system.name'),
  kinds: (span) => MESSAGING_KINDS[text(span, 'messaging.operation.type')] ?? [],
  required: () => ['messaging.operation.name', 'messaging.operation.type', 'messaging.destination.name'],
  names: (span) => [`${text(span, 'messaging.operation.name')} ${text(span, 'messaging.destination.name')}`],
};

const model: Signal = {
  name: 'gen_ai',
  is: (span) => has('gen_ai.operation.name')(span) && !has('mcp.method.name')(span),
  kinds: (span) => (text(span, 'gen_ai.operation.name') === 'execute_tool' ? ['internal'] : ['client']),
  required: (span) =>
    text(span, 'gen_ai.operation.name') === 'execute_tool'
      ? ['gen_ai.tool.name']
      : ['gen_ai.provider.name', 'gen_ai.request.model'],
  names: (span) => {
    const target = text(span, 'gen_ai.request.model') || text(span, 'gen_ai.tool.name');
    return [`${text(span, 'gen_ai.operation.name')} ${target}`];
  },
};

const mcp: Signal = {
  name: 'mcp',
  is: has('mcp.method.name'),
  kinds: () => ['client', 'server'],
  required: (span) => (span.kind === 'server' ? ['jsonrpc.request.id', 'network.transport'] : []),
  names: (span) => {
    const method = text(span, 'mcp.method.name');
    const targets = ['gen_ai.tool.name', 'gen_ai.prompt.name'].filter((key) => has(key)(span));
    return targets.length > 0 ? targets.map((key) => `${method} ${text(span, key)}`) : [method];
  },
};

export const signals: readonly Signal[] = [http, db, rpc, messaging, model, mcp];
