// CPU profiles of the mesh's processes while it works.
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import type { Profiler } from 'node:inspector';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Mesh } from '@trace-mesh/embedded/mesh';
import { treeOf } from '@trace-mesh/embedded/processes';
import { type ProfileSummary, summarizeProfile } from './profile.ts';

const FOLDER = new URL('../../.mesh/bench/load/', import.meta.url);
const PRELOAD = new URL('profile-on-signal.ts', import.meta.url);
const POLL_MS = 50;
const DEADLINE_MS = 20_000;

/** Modules and functions of a process with the most self time, in µs per task. */
export type Profiles = Record<string, ProfileSummary>;

/** Prepares the folder; the environment of processes that can be profiled. */
export async function profiledEnv(): Promise<Record<string, string>> {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  return { NODE_OPTIONS: `--import ${PRELOAD.href}`, BENCH_PROFILES: fileURLToPath(FOLDER) };
}

/** Profiles every process of Node while `work` runs, which resolves to a number of tasks. Keeps `.mesh/bench/load/<name>.cpuprofile`. */
export async function profileMesh<T>(
  { processes }: Pick<Mesh, 'processes'>,
  work: () => Promise<T>,
  tasksOf: (result: T) => number,
): Promise<{ result: T; profiles: Profiles }> {
  const listening = new Set((await readdir(FOLDER)).map((file) => Number.parseInt(file, 10)));
  const named = await Promise.all(
    [...processes.values()].map(async ({ name, pid }) => {
      const all = pid ? await treeOf(pid) : [];
      return all.filter((each) => listening.has(each)).map((each) => ({ name, pid: each }));
    }),
  );
  const profiled = named.flat();
  const toggle = () => {
    for (const { pid } of profiled) process.kill(pid, 'SIGUSR2');
  };
  toggle();
  const result = await work();
  toggle();
  const profiles: Profiles = {};
  for (const { name, pid } of profiled) {
    const profile = await read(`${pid}.cpuprofile`);
    profiles[name] = summarizeProfile(profile, tasksOf(result));
    await rename(new URL(`${pid}.cpuprofile`, FOLDER), new URL(`${name}.cpuprofile`, FOLDER));
  }
  return { result, profiles };
}

/** Reads a profile as soon as its process has written it. */
async function read(file: string): Promise<Profiler.Profile> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await readdir(FOLDER)).includes(file)) {
    if (performance.now() > deadline) throw new Error(`${file} was not written in ${DEADLINE_MS / 1_000} s`);
    await wait(POLL_MS);
  }
  return JSON.parse(await readFile(new URL(file, FOLDER), 'utf8'));
}
