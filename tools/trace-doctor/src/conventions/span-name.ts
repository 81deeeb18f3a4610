// Span names must be low-cardinality: templates and fixed names, no ids or values.

const RAW: [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i, 'a UUID'],
  [/\b[0-9a-f]{16,}\b/i, 'a hexadecimal id'],
  [/(^|[\s/])\d+([\s/?]|$)/, 'a number'],
  [/\d+\.\d+\.\d+\.\d+/, 'an address'],
  [/[?&]\w*=/, 'a query'],
  [/^[a-z]+:\/\//i, 'a URL'],
];

/** The kind of value in a span's name, such as `a UUID`; undefined for a low-cardinality name. */
export function rawPart(name: string): string | undefined {
  return RAW.find(([pattern]) => pattern.test(name))?.[1];
}
