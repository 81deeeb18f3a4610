// The environment of the mesh's processes. They inherit only named variables: a PORT, AWS_PROFILE or NODE_OPTIONS of the user's
// shell must not change the mesh.
import { createRequire } from 'node:module';
import { inCheckout } from './checkout.ts';
import { MeshError } from './mesh-error.ts';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

const INHERITED = [
  ...['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'],
  ...['LOG_LEVEL', 'NODE_EXTRA_CA_CERTS'],
];

const DEFAULTS = {
  // Exports spans after 200 ms instead of 5 s, so that verdicts come soon.
  OTEL_BSP_SCHEDULE_DELAY: '200',
  // The compile cache saves a third of the CPU of a start.
  NODE_COMPILE_CACHE: inCheckout('node_modules/.cache/compiled'),
};

const RESOURCE = `service.version=${version},deployment.environment.name=embedded`;

/** The mesh sets the name and the exporter of each service itself. */
const WITHHELD = /^OTEL_(EXPORTER_.*|TRACES_EXPORTER|SERVICE_NAME)$/;

/** The part of the launcher's environment that every process inherits, with the defaults of the mesh. */
export function inheritedEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const isInherited = (name: string) =>
    INHERITED.includes(name) || (name.startsWith('OTEL_') && !WITHHELD.test(name));
  const inherited = Object.entries(env).filter(
    (entry): entry is [string, string] => isInherited(entry[0]) && entry[1] !== undefined,
  );
  // The last value of an attribute wins: the user's.
  const resource = [RESOURCE, env.OTEL_RESOURCE_ATTRIBUTES].filter(Boolean).join(',');
  return { ...DEFAULTS, ...Object.fromEntries(inherited), OTEL_RESOURCE_ATTRIBUTES: resource };
}

/**
 * The environment with which the trace store forwards every span to the user's trace backend. Services always export to the
 * store, which verdicts read. Follows OpenTelemetry's "OTLP Exporter Configuration".
 */
export function forwardingEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base.replace(/\/$/, '')}/v1/traces`);
  if (!url) return {};
  const protocol =
    env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf';
  if (!protocol.startsWith('http/') || !URL.canParse(url)) {
    throw new MeshError(
      `traces cannot be forwarded to ${url} by ${protocol} (set OTEL_EXPORTER_OTLP_ENDPOINT to an address for OTLP over ` +
        'HTTP, http://host:4318, and unset OTEL_EXPORTER_OTLP_PROTOCOL)',
    );
  }
  const headers = env.OTEL_EXPORTER_OTLP_TRACES_HEADERS ?? env.OTEL_EXPORTER_OTLP_HEADERS ?? '';
  return { FORWARD_URL: url, FORWARD_HEADERS: headers };
}
