// Lets commands in this checkout find a running mesh, and use it instead of starting another.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { own } from '@trace-mesh/topology/services';
import { z } from 'zod';
import { inCheckout } from './checkout.ts';
import { identityOf, livingPid } from './processes.ts';

const TIMEOUT_MS = 2_000;
const Entry = z.object({
  pid: z.number(),
  identity: z.string(),
  endpoints: Endpoints,
  health: z.url(),
  startedAt: z.iso.datetime(),
  /** The generated services that it runs. */
  own: z.array(z.string()),
});

/** A mesh that runs in this checkout. */
export interface RunningMesh {
  pid: number;
  endpoints: Endpoints;
  startedAt: string;
  /** The services that were generated after its start: it does not run them. */
  unknown: string[];
}

const file = () => inCheckout('.mesh/mesh.json');

async function read(): Promise<z.infer<typeof Entry> | undefined> {
  const text = await readFile(file(), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return Entry.parse(JSON.parse(text));
}

/** Announces the mesh of this process. `health` is the readiness URL of edge-mcp, which `findRunningMesh` probes. */
export async function announce(endpoints: Endpoints, health: string): Promise<void> {
  const identity = (await identityOf(process.pid)) ?? '';
  const startedAt = new Date().toISOString();
  const names = own.map(({ name }) => name);
  const entry = { pid: process.pid, identity, endpoints, health, startedAt, own: names };
  await mkdir(inCheckout('.mesh'), { recursive: true });
  // Renamed, so that a concurrent reader never gets half an entry.
  const aside = `${file()}.${process.pid}`;
  await writeFile(aside, JSON.stringify(entry, null, 2));
  await rename(aside, file());
}

/** Removes the announcement, if this process made it. */
export async function withdraw(): Promise<void> {
  if ((await read())?.pid === process.pid) await rm(file(), { force: true });
}

/** The mesh of this checkout, if its launcher runs and edge-mcp is ready. */
export async function findRunningMesh(): Promise<RunningMesh | undefined> {
  const entry = await read();
  if (!entry || !(await livingPid(entry.identity))) return undefined;
  const answer = await fetch(entry.health, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    () => undefined,
  );
  if (!answer?.ok) return undefined;
  const unknown = own.map(({ name }): string => name).filter((name) => !entry.own.includes(name));
  return { ...entry, unknown };
}
