// A span's name is a key that people group by: it may hold templates and fixed names, never the one thing that it is about.

const RAW: [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i, 'a UUID'],
  [/\b[0-9a-f]{16,}\b/i, 'a hexadecimal id'],
  [/(^|[\s/])\d+([\s/?]|$)/, 'a number'],
  [/\d+\.\d+\.\d+\.\d+/, 'an address'],
  [/[?&]\w*=/, 'a query'],
  [/^[a-z]+:\/\//i, 'a URL'],
];

/** What is raw in a span's name, in words; undefined for a good one. */
export function rawPart(name: string): string | undefined {
  return RAW.find(([pattern]) => pattern.test(name))?.[1];
}
