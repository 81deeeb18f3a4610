// What a child gets of the launcher's own environment: little, and named. A stray PORT, AWS_PROFILE or NODE_OPTIONS
// of the user's shell must not change the mesh.
import { createRequire } from 'node:module';
import { inCheckout } from './checkout.ts';
import { MeshError } from './mesh-error.ts';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'LOG_LEVEL',
  'NODE_EXTRA_CA_CERTS',
];

const DEFAULTS = {
  // Spans reach the trace store at once instead of after 5 s, the default, so that a verdict need not wait.
  OTEL_BSP_SCHEDULE_DELAY: '200',
  // Compiled code is kept for the next start: a third less CPU, which halves the time to a ready mesh.
  NODE_COMPILE_CACHE: inCheckout('node_modules/.cache/compiled'),
};

/** On every span and log line of the embedded mesh. */
const RESOURCE = `service.version=${version},deployment.environment.name=embedded`;

/** Of OpenTelemetry's variables: name and exporter of a service are the mesh's own affair. */
const KEPT_BACK = /^OTEL_(EXPORTER_.*|TRACES_EXPORTER|SERVICE_NAME)$/;

/** The launcher's environment as far as children may see it. */
export function inheritedEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const passes = (name: string) =>
    PASSED_ON.includes(name) || (name.startsWith('OTEL_') && !KEPT_BACK.test(name));
  const passed = Object.entries(env).filter((entry): entry is [string, string] => {
    return passes(entry[0]) && entry[1] !== undefined;
  });
  // The user's own attributes come last: they win.
  const resource = [RESOURCE, env.OTEL_RESOURCE_ATTRIBUTES].filter(Boolean).join(',');
  return { ...DEFAULTS, ...Object.fromEntries(passed), OTEL_RESOURCE_ATTRIBUTES: resource };
}

/**
 * A trace backend that the user named gets a copy of every span, from the trace store; the services themselves
 * always send to the store, so that the verdict works. Follows OpenTelemetry's "OTLP Exporter Configuration".
 */
export function forwardingEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base.replace(/\/$/, '')}/v1/traces`);
  if (!url) return {};
  const protocol =
    env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf';
  if (!protocol.startsWith('http/') || !URL.canParse(url)) {
    throw new MeshError(
      `traces cannot be forwarded to ${url} by ${protocol}. Give OTEL_EXPORTER_OTLP_ENDPOINT the backend's address ` +
        'for OTLP over HTTP (http://host:4318), and leave OTEL_EXPORTER_OTLP_PROTOCOL out.',
    );
  }
  const headers = env.OTEL_EXPORTER_OTLP_TRACES_HEADERS ?? env.OTEL_EXPORTER_OTLP_HEADERS ?? '';
  return { FORWARD_URL: url, FORWARD_HEADERS: headers };
}
