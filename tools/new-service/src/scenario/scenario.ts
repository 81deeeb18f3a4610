// The scenario of a new service: the demo fires it, the tests and the console include it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Extra } from '../extra.ts';
import { insert } from '../insert.ts';
import { readTemplate } from '../templates.ts';
import { dependOn, insertionsOf } from './edits.ts';

import { checkPorts } from './ports.ts';

const DEPENDENCIES = 'tools/scenarios/package.json';

/** Names of the embedded mesh and its endpoints. */
const MESH_NAMES = 'agent browser claim migrations otlp queue sqs trace-store traces viewer'.split(' ');

export const scenario: Extra = {
  async takenNames(root) {
    const files = await readdir(join(root, 'tools/scenarios/src'));
    const fileNames = files.map((file) => file.replace(/(\.test)?\.ts$/, ''));
    const withReason = (names: string[], reason: (name: string) => string) =>
      names.map((name): [string, string] => [name, reason(name)]);
    return [
      ...withReason(MESH_NAMES, () => 'the embedded mesh uses this name'),
      ...withReason(fileNames, (name) => `tools/scenarios/src/${name}.ts exists`),
      ...withReason(await namesInCatalog(root), (name) => `tools/scenarios has a scenario ${name}`),
    ];
  },

  async extend(plan, root, fill) {
    checkPorts(plan.kind);
    const { name, kind, created, changed } = plan;
    const read = async (path: string) => changed.get(path) ?? (await readFile(join(root, path), 'utf8'));
    created.set(`tools/scenarios/src/${name}.ts`, fill(await readTemplate('scenario', `${kind}.ts`)));
    const readme = `services/${name}/README.md`;
    created.set(readme, `${created.get(readme)}- **Try it** \`npm run demo -- --scenario ${name}\`\n`);
    changed.set(DEPENDENCIES, dependOn(await read(DEPENDENCIES), name));
    for (const [file, insertions] of Object.entries(insertionsOf(plan)))
      changed.set(file, insert(file, await read(file), insertions));
  },

  programs: [['drawing the diagrams', 'tools/scenarios/src/draw.ts']],

  nextSteps: (name) => [
    [`npm run demo -- --scenario ${name}`, 'prints its trace'],
    [`tools/scenarios/src/${name}.ts`, 'the edges that its trace must have'],
  ],
};

/** The identifiers of the catalog in the spelling of service names: `grpcUnary` occupies `grpc-unary`. */
async function namesInCatalog(root: string): Promise<string[]> {
  const source = await readFile(join(root, 'tools/scenarios/src/catalog.ts'), 'utf8');
  const imports = [...source.matchAll(/^import \{([^}]*)\}/gm)].flatMap(([, names = '']) => names.split(','));
  const words = ['groups', 'scenarios', ...imports.map((word) => word.trim())];
  return words.map((word) => word.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
}
