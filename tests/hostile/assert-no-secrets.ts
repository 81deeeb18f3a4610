// After each channel: the secrets and the claimed tenant of its inputs are in no span and no log, and every id and link of a
// span is valid.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { CLAIMED, SECRET } from './input.ts';

/** More than the suite makes traces for one service. */
const ALL = 10_000;

/**
 * Fails where a secret or a claimed tenant is in a log of the mesh, or in a stored trace with a span since then (ms since the
 * epoch). Spans on their way are not awaited.
 */
export async function assertNoSecrets(since: number): Promise<void> {
  const [written, stored] = [await logs(), await spans(since)];
  for (const places of [written, stored]) expect(places).not.toEqual([]);
  const found = [...written, ...stored].flatMap(({ where, text }) =>
    [SECRET, CLAIMED].filter((secret) => text.includes(secret)).map((secret) => around(where, text, secret)),
  );
  expect(found).toEqual([]);
  const ids = stored.flatMap(({ text }) => [...text.matchAll(/"(?:traceID|spanID)":"([^"]*)"/g)]);
  expect(ids.map(([, id]) => id).filter((id) => !isId(id))).toEqual([]);
}

/** A trace id or a span id, as W3C Trace Context has them: lower-case hex, and not all zeros. */
const isId = (text = '') => /^(?!0+$)(?:[0-9a-f]{16}){1,2}$/.test(text);

interface Place {
  where: string;
  text: string;
}

async function logs(): Promise<Place[]> {
  const folder = inject('logDir');
  const names = await readdir(folder);
  return Promise.all(
    names.map(async (name) => ({ where: name, text: await readFile(join(folder, name), 'utf8') })),
  );
}

async function spans(since: number): Promise<Place[]> {
  const { traces } = inject('endpoints');
  const read = async (path: string) =>
    (await (await fetch(new URL(path, traces))).json()) as { data: unknown[] };
  const { data: services } = await read('/api/services');
  const found = await Promise.all(
    services.map((service) => read(`/api/traces?service=${service}&limit=${ALL}&start=${since * 1_000}`)),
  );
  return found.flatMap(({ data }) => data.map((trace) => ({ where: 'trace', text: JSON.stringify(trace) })));
}

/** Where it was found, and what stands there, so that a failure can be understood. */
function around(where: string, text: string, secret: string): string {
  const at = text.indexOf(secret);
  return `${where}: …${text.slice(Math.max(0, at - 200), at + 100)}…`;
}
