// How a mesh, or an agent, is started in the lab: its processes load `preload.ts` before anything else.

/** The environment for processes that a lab at `labUrl` (`ws://127.0.0.1:PORT/lab`) may turn the knobs of. */
export function labEnv(labUrl: string): Record<string, string> {
  const preload = new URL('./preload.ts', import.meta.url).href;
  return { MESH_LAB_URL: labUrl, NODE_OPTIONS: `--import ${preload}` };
}
