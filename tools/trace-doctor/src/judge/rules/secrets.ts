// Secrets in attributes. The patterns are the published forms of credentials; findings name the attribute, never its value.
import { label } from '../../selector.ts';
import type { Span } from '../../trace.ts';
import { andMore, found } from '../finding.ts';
import { remember } from '../remember.ts';
import type { Rule } from '../rule.ts';

/** Attributes whose value is a secret by their name, in snake case; names of counts, such as `input_tokens`, do not match. */
const SECRET_KEY =
  /(^|[^a-z])(password|passwd|passphrase|authorization|(set-)?cookie|api[_-]?key|[a-z]+[_-]secret|(access|refresh|auth|bearer|id|session|api)[_-]?token|(private|secret|access)[_-]?key)$/;

const isSecretKey = (key: string) =>
  SECRET_KEY.test(key.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase());

/** Values that are a secret by their form, whatever the attribute's name. */
const SECRETS: readonly [what: string, form: RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a JSON Web Token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*/],
  ['an AWS access key id', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22})/],
  ['a Slack token', /\bxox[abeprs]-[\w-]{10,}/],
  ['a Google API key', /\bAIza[\w-]{35}\b/],
  ['an API key', /\b(?:[rs]k_(?:live|test)_\w{16,}|sk-[\w-]{20,})/],
  ['the credentials of a request', /\b(?:[Bb]earer|[Bb]asic) +[\w.~+/-]{16,}/],
  ['a password in a URL', /:\/\/[^\s/:@?#]*:(?!\*+@|REDACTED@|x+@)[^\s/@?#]+@/],
  [
    'a password in a connection string',
    /(?:^|[\s;?&])(?:[Pp]assword|[Pp]wd|PWD|PASSWORD)=(?![?$:*{]|REDACTED|%s)[^\s;&]{3,}/,
  ],
  ['a password in SQL', /\b(?:password|PASSWORD)\s*=?\s*'[^'?*]{3,}'/],
  [
    'a signature or a token in a query',
    /(?:^|[?&])(?:sig|[Ss]ignature|AWSAccessKeyId|X-(?:Amz|Goog)-(?:Signature|Security-Token)|access_token|api_?[Kk]ey|token)=(?!REDACTED|\*)[^&\s]{6,}/,
  ],
];

/** All forms at once: most values have none. */
const ANY_SECRET = new RegExp(SECRETS.map(([, { source }]) => source).join('|'));
const SHORTEST = 8;

/** What is left of a redacted value is no word: `***`, `Bearer [REDACTED]`, `[Filtered]`. */
const isRedacted = (value: string) =>
  !/\w{4}/.test(value.replaceAll(/redacted|filtered|hidden|masked|removed|bearer|basic|_|x{4,}/gi, ''));

type Attributes = Readonly<Record<string, unknown>>;

function* secretsOf(
  attributes: Attributes,
  isSecret: (key: string) => boolean,
): Generator<[key: string, what: string]> {
  for (const key in attributes) {
    const given = attributes[key];
    const value = Array.isArray(given) ? given.join(' ') : given;
    if (typeof value !== 'string') continue;
    if (isSecret(key)) {
      if (!isRedacted(value)) yield [key, 'what its name says'];
    } else if (value.length >= SHORTEST && ANY_SECRET.test(value)) {
      yield [key, SECRETS.find(([, form]) => form.test(value))?.[0] ?? 'a secret'];
    }
  }
}

/** Everything of a span that has text of the program; the resource of several spans is looked at once. */
function attributesOf(span: Span, isNew: (resource: object) => boolean): Attributes[] {
  return [
    span.attributes,
    ...span.events.map(({ attributes }) => attributes),
    ...span.links.map(({ attributes }) => attributes ?? {}),
    ...(span.resource && isNew(span.resource) ? [span.resource] : []),
    ...(span.status?.message ? [{ 'status message': span.status.message }] : []),
  ];
}

/** Secrets of known forms in attributes of spans, events, links and resources. A finding names the attribute, never the value. */
export const noSecrets: Rule = {
  id: 'secret-attribute',
  level: 'error',
  title: 'no attribute contains a secret',
  check({ spans }) {
    const isSecret = remember(isSecretKey);
    const resources = new Set<object>();
    const isNew = (resource: object) => {
      const known = resources.has(resource);
      resources.add(resource);
      return !known;
    };
    const leaks = spans.flatMap((span) =>
      attributesOf(span, isNew).flatMap((attributes) =>
        [...secretsOf(attributes, isSecret)].map(([key, what]) => ({ span, key, what })),
      ),
    );
    const alike = Map.groupBy(leaks, ({ span, key, what }) => JSON.stringify([span.service, key, what]));
    return [...alike.values()].flatMap((own) => {
      const [first] = own;
      if (!first) return [];
      const text = `${first.key} of ${label(first.span)} contains ${first.what}${andMore(own)}`;
      return [
        found(
          own.map(({ span }) => span),
          { text, fix: fixOf(first.key) },
        ),
      ];
    });
  },
};

/** The instrumentations of Python and Java capture a header that a variable or a property names. */
function fixOf(key: string): string {
  const [, way, header] = /^http\.(request|response)\.header\.(.+)$/.exec(key) ?? [];
  const cause = header
    ? `remove ${header} from the captured ${way} headers (OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_${way?.toUpperCase()} and …CLIENT…)`
    : `stop recording ${key}`;
  return `${cause}, delete it in the Collector (processor attributes: {key: ${key}, action: delete}), and replace the secret`;
}
