// The environment with which a mesh, or an agent, starts with faults: its processes load `preload.ts` before anything else.
const NODE_OPTIONS = `--import ${new URL('./preload.ts', import.meta.url).href}`;

/** For processes whose knobs a lab at `labUrl` (`ws://127.0.0.1:PORT/lab`) sets. */
export const labEnv = (labUrl: string): Record<string, string> => ({ MESH_LAB_URL: labUrl, NODE_OPTIONS });

/** For processes in which the faults of `row` are in force from the start. */
export const breakEnv = (row: number): Record<string, string> => ({ MESH_BREAK: String(row), NODE_OPTIONS });
