// Starts what depends on others after them, and stops it before them; whatever is independent goes in parallel.

type Node = { name: string; dependsOn: string[] };

/** Runs `start` for every node once all it depends on are done; the first failure rejects. */
export async function inOrder<N extends Node>(nodes: N[], start: (node: N) => Promise<void>): Promise<void> {
  const started = new Map<string, Promise<void>>();
  const begin = (node: N): Promise<void> => {
    const known = started.get(node.name);
    if (known) return known;
    const needed = nodes.filter((other) => node.dependsOn.includes(other.name));
    const done = Promise.all(needed.map(begin)).then(() => start(node));
    started.set(node.name, done);
    return done;
  };
  await Promise.all(nodes.map(begin));
}

/** The same, backwards: a node's turn comes once all that depend on it are done. */
export function inReverseOrder<N extends Node>(nodes: N[], stop: (node: N) => Promise<void>): Promise<void> {
  const dependants = (name: string) =>
    nodes.filter((node) => node.dependsOn.includes(name)).map((n) => n.name);
  const reversed = nodes.map((node) => ({ name: node.name, dependsOn: dependants(node.name), node }));
  return inOrder(reversed, ({ node }) => stop(node));
}

/** The named nodes and all that they depend on. */
export function withDependencies<N extends Node>(nodes: N[], names: string[]): N[] {
  const wanted = new Set(names);
  for (const name of wanted) {
    for (const needed of nodes.find((node) => node.name === name)?.dependsOn ?? []) wanted.add(needed);
  }
  return nodes.filter((node) => wanted.has(node.name));
}
