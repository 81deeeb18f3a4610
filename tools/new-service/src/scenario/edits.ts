// The changes to tools/scenarios: the scenario in the catalog, and the dependency on the service.

import type { Insertion } from '../insert.ts';
import type { NewService } from '../kinds.ts';
import { camel } from '../names.ts';

/** What is inserted, by file. */
export const insertionsOf = (service: NewService): Record<string, Insertion[]> => {
  const name = camel(service.name);
  return {
    'tools/scenarios/src/catalog.ts': [
      {
        anchor: "import type { Scenario } from './scenario.ts';\n",
        text: `import { ${name} } from './${service.name}.ts';\n`,
      },
      {
        anchor: '];\n\nexport const scenarios: Scenario[]',
        text: `  { title: '${service.name}', scenarios: [${name}] },\n`,
      },
    ],
  };
};

/** The package.json of the scenarios with a dependency on the service, whose client they import. */
export function dependOn(source: string, name: string): string {
  const manifest = JSON.parse(source) as { dependencies: Record<string, string> };
  const dependencies = { ...manifest.dependencies, [`@trace-mesh/${name}`]: 'workspace:*' };
  const sorted = Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...manifest, dependencies: sorted }, null, 2)}\n`;
}
