// The attribute registry of `@opentelemetry/semantic-conventions`: types and deprecations. The code has names only, so this
// reads the comments of its generated type declarations.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as names from '@opentelemetry/semantic-conventions/incubating';

export interface KnownAttribute {
  /** The replacement, as the package words it; absent unless deprecated. */
  deprecated?: string;
  /** Derived from the examples; absent without examples. */
  type?: 'string' | 'number' | 'boolean' | 'array';
}

export interface ConventionRegistry {
  attributes: ReadonlyMap<string, KnownAttribute>;
  /** Prefixes of names that end in a user's key, such as `http.request.header.`. */
  templates: readonly string[];
  /** First segments of all names: an unknown name in one of them is a mistake. */
  namespaces: ReadonlySet<string>;
}

const DECLARATION = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*declare const ATTR_\w+: "([^"]+)"/g;

// The deprecation text of attributes that moved to another OpenTelemetry repository: they are not deprecated.
const MOVED = 'Moved to the [OpenTelemetry';

export function readRegistry(): ConventionRegistry {
  const folder = dirname(createRequire(import.meta.url).resolve('@opentelemetry/semantic-conventions'));
  const attributes = new Map<string, KnownAttribute>();
  for (const file of ['stable_attributes.d.cts', 'experimental_attributes.d.cts']) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, comment = '', name = ''] of text.matchAll(DECLARATION))
      attributes.set(name, parse(name, comment));
  }
  const templates = Object.entries(names).flatMap(([constant, value]) =>
    constant.startsWith('ATTR_') && typeof value === 'function' ? [value('')] : [],
  );
  const namespaces = new Set([...attributes.keys(), ...templates].map((name) => name.split('.', 1)[0] ?? ''));
  return { attributes, templates, namespaces };
}

function parse(name: string, comment: string): KnownAttribute {
  const [, deprecated] = /@deprecated\s+([\s\S]*?)\s*(?:\n \* @|$)/.exec(comment) ?? [];
  const types = new Set(
    [...comment.matchAll(/@example (\S)(\S*)/g)].map(([, first, rest]) => typeOf(`${first}${rest}`)),
  );
  const [type] = types;
  // Examples such as `1.1` (a version) and `4711` (an id) have no quotes, but are strings.
  const isText = type === 'number' && /(version|\.id)$/.test(name);
  return {
    ...(deprecated !== undefined &&
      !deprecated.startsWith(MOVED) && { deprecated: deprecated.replace(/\s*\n \*\s*/g, ' ') }),
    // Examples of several types give no type.
    ...(types.size === 1 && type && { type: isText ? 'string' : type }),
  };
}

function typeOf(example: string): KnownAttribute['type'] {
  if (example.startsWith('[')) return 'array';
  if (/^-?\d+(\.\d+)?$/.test(example)) return 'number';
  return example === 'true' || example === 'false' ? 'boolean' : 'string';
}
