// SDK-001 of the Instrumentation Score, as far as resources show it: the version of the runtime, not those of dependencies.
import { found } from '../finding.ts';
import { ofEachService, type ScoreRule } from '../rule.ts';
import type { Resource } from '../seen.ts';

type Version = readonly number[];

/**
 * From which version on an SDK needs which runtime, the newest first: `engines` of @opentelemetry/core on npm, `Requires-Python`
 * of opentelemetry-sdk on PyPI, `go` in the go.mod of go.opentelemetry.io/otel. Those of Java, .NET, PHP and others are absent.
 */
const NEEDS: Record<string, readonly [sdk: string, runtime: string][]> = {
  nodejs: [
    ['3.0', '22.15'],
    ['2.0', '18.19'],
    ['1.20', '14.0'],
  ],
  python: [
    ['1.36', '3.9'],
    ['1.27', '3.8'],
    ['1.15', '3.7'],
  ],
  go: [
    ['1.39', '1.24'],
    ['1.37', '1.23'],
    ['1.30', '1.22'],
    ['1.28', '1.21'],
    ['1.20', '1.20'],
  ],
};

/** `v24.1.0`, `go1.24.1`, `3.12.4+` */
function parse(text: unknown): Version | undefined {
  const [match] = /\d+(\.\d+)*/.exec(String(text ?? '')) ?? [];
  return match?.split('.').map(Number);
}

function isBelow(version: Version, least: Version): boolean {
  const at = least.findIndex((part, n) => part !== (version[n] ?? 0));
  return at !== -1 && (version[at] ?? 0) < (least[at] ?? 0);
}

const attributesOf = (resource: Resource) => ({
  language: String(resource['telemetry.sdk.language'] ?? ''),
  sdk: parse(resource['telemetry.sdk.version']),
  runtime: parse(resource['process.runtime.version']),
});

/** The least version of the runtime; undefined where the table has none. */
function leastFor(resource: Resource): string | undefined {
  const { language, sdk, runtime } = attributesOf(resource);
  if (!sdk || !runtime) return undefined;
  return NEEDS[language]?.find(([from]) => !isBelow(sdk, parse(from) ?? []))?.[1];
}

/** rules/SDK-001.md */
export const supportedRuntime: ScoreRule = {
  id: 'SDK-001',
  level: 'note',
  impact: 'Low',
  title: 'the SDK supports the version of the runtime',
  unjudged: ({ resources }) =>
    resources.some(leastFor)
      ? undefined
      : 'needs telemetry.sdk.version and process.runtime.version of Node.js, Python or Go on the resource',
  check: ofEachService(({ name, spans, resources }) => {
    const old = new Set(resources.filter(isTooOld));
    const [first] = old;
    if (!first) return [];
    const { language, runtime } = attributesOf(first);
    const least = leastFor(first);
    const sdk = `the SDK ${String(first['telemetry.sdk.version'])}`;
    const text = `${name} runs on ${language} ${runtime?.join('.')}, and ${sdk} supports ${least} and newer`;
    const shown = spans.filter(({ resource }) => resource && old.has(resource));
    return [found(shown, { text, fix: `run ${name} on ${language} ${least} or newer`, service: name })];
  }),
};

function isTooOld(resource: Resource): boolean {
  const least = parse(leastFor(resource));
  const { runtime } = attributesOf(resource);
  return runtime !== undefined && least !== undefined && isBelow(runtime, least);
}
