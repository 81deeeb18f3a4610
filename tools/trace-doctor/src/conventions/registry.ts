// What OpenTelemetry's own package says of each attribute: whether it is deprecated, and of which type it is. The code has
// the names alone, so the comments of its type declarations are read: they follow one form, being generated.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as names from '@opentelemetry/semantic-conventions/incubating';

export interface KnownAttribute {
  /** What to use instead, in the package's words; absent while the attribute stands. */
  deprecated?: string;
  /** By its examples; absent where there are none. */
  type?: 'string' | 'number' | 'boolean' | 'array';
}

export interface Registry {
  attributes: ReadonlyMap<string, KnownAttribute>;
  /** Beginnings of names that end in a key of the user's, as `http.request.header.`. */
  templates: readonly string[];
  /** First segments of all names: what lies in one of them and is not known is a mistake. */
  namespaces: ReadonlySet<string>;
}

const DECLARATION = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*declare const ATTR_\w+: "([^"]+)"/g;

// Told of names that another repository of OpenTelemetry keeps on describing: they stand.
const MOVED = 'Moved to the [OpenTelemetry';

/** The registry of the installed package. */
export function readRegistry(): Registry {
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
  // `1.1` of a version and `4711` of an id stand without quotes, but are strings.
  const isText = type === 'number' && /(version|\.id)$/.test(name);
  return {
    ...(deprecated !== undefined &&
      !deprecated.startsWith(MOVED) && { deprecated: deprecated.replace(/\s*\n \*\s*/g, ' ') }),
    // Examples of several types say nothing about one.
    ...(types.size === 1 && type && { type: isText ? 'string' : type }),
  };
}

function typeOf(example: string): KnownAttribute['type'] {
  if (example.startsWith('[')) return 'array';
  if (/^-?\d+(\.\d+)?$/.test(example)) return 'number';
  return example === 'true' || example === 'false' ? 'boolean' : 'string';
}
