// Where the CPU time of a profile went: self time by module and by function.
import type { Profiler } from 'node:inspector';

/** Self time of a module or function, in µs of CPU per request, and its share of all but idle time. */
export interface ProfileLine {
  name: string;
  us: number;
  share: number;
}

export interface ProfileSummary {
  modules: ProfileLine[];
  functions: ProfileLine[];
}

/** Neither is work of the program. */
const IGNORED = new Set(['(idle)', 'node:inspector']);

/** The `top` modules and functions of a profile in which `requests` requests were served. */
export function summarizeProfile(profile: Profiler.Profile, requests: number, top = 15): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const modules = new Map<string, number>();
  const functions = new Map<string, number>();
  const add = (times: Map<string, number>, name: string, us: number) =>
    times.set(name, (times.get(name) ?? 0) + us);
  for (const [at, id] of (profile.samples ?? []).entries()) {
    const frame = nodes.get(id);
    const module = frame && moduleOf(frame);
    if (!module || IGNORED.has(module)) continue;
    const us = profile.timeDeltas?.[at] ?? 0;
    add(modules, module, us);
    add(functions, `${frame.functionName || `line ${frame.lineNumber + 1}`} · ${module}`, us);
  }
  const all = [...modules.values()].reduce((sum, us) => sum + us, 0);
  const lines = (times: Map<string, number>): ProfileLine[] =>
    [...times]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, top)
      .map(([name, us]) => ({ name, us: us / requests, share: us / all }));
  return { modules: lines(modules), functions: lines(functions) };
}

/** `pg`, `@opentelemetry/core`, `node:http`, `packages/tracing/src/http`, or V8's own `(garbage collector)`. */
function moduleOf({ url, functionName }: { url: string; functionName: string }): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  if (url.startsWith('node:')) return url.split('/', 2).join('/');
  const installed = url.split('/node_modules/').at(-1) ?? '';
  if (url.includes('/node_modules/'))
    return installed.split('/', installed.startsWith('@') ? 2 : 1).join('/');
  const own = url.split(/\/(?=(?:packages|services|infra|tools|tests)\/)/).at(-1) ?? url;
  return own.split('/').slice(0, 4).join('/');
}

export function printProfile(title: string, { modules, functions }: ProfileSummary): string {
  const list = (lines: readonly ProfileLine[]) =>
    lines.map(({ name, us, share }) => {
      const percent = `${(100 * share).toFixed(1)} %`;
      return `  ${percent.padStart(7)} ${us.toFixed(1).padStart(8)} µs  ${name}`;
    });
  return [`${title}: self time by module`, ...list(modules), 'by function', ...list(functions)].join('\n');
}
