// How a mesh is started broken: its processes load `break-preload.ts` before anything else.

/** The environment for the mesh and its agent in which this row's carrier is taken away. */
export function breakingEnv(row: number): Record<string, string> {
  const preload = new URL('./break-preload.ts', import.meta.url).href;
  return { MESH_BREAK: String(row), NODE_OPTIONS: `--import ${preload}` };
}
