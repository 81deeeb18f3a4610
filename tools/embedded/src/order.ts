// Starts processes after their dependencies and stops them before; independent ones run in parallel.

type Node = { name: string; dependsOn: string[] };

/** Runs `start` for every node, after those of its dependencies. Rejects with the first failure. */
export async function inOrder<N extends Node>(nodes: N[], start: (node: N) => Promise<void>): Promise<void> {
  const started = new Map<string, Promise<void>>();
  const begin = (node: N): Promise<void> => {
    const known = started.get(node.name);
    if (known) return known;
    const dependencies = nodes.filter(({ name }) => node.dependsOn.includes(name));
    const done = Promise.all(dependencies.map(begin)).then(() => start(node));
    started.set(node.name, done);
    return done;
  };
  await Promise.all(nodes.map(begin));
}

/** Runs `stop` for every node, after those of its dependants. */
export function inReverseOrder<N extends Node>(nodes: N[], stop: (node: N) => Promise<void>): Promise<void> {
  const dependants = (name: string) =>
    nodes.filter(({ dependsOn }) => dependsOn.includes(name)).map((node) => node.name);
  const reversed = nodes.map((node) => ({ name: node.name, dependsOn: dependants(node.name), node }));
  return inOrder(reversed, ({ node }) => stop(node));
}

/** The named nodes and all their dependencies. */
export function withDependencies<N extends Node>(nodes: N[], names: string[]): N[] {
  const wanted = new Set(names);
  // A set's iteration also visits the names added meanwhile.
  for (const name of wanted) {
    for (const needed of nodes.find((node) => node.name === name)?.dependsOn ?? []) wanted.add(needed);
  }
  return nodes.filter((node) => wanted.has(node.name));
}
