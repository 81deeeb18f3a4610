// The changes to tools/scenarios: the service's row, its scenario in the catalog, the dependency. Each is a function from the
// file's text to its new text.

import type { NewService } from '../kinds.ts';
import { camel } from '../names.ts';
import { type Insertion, insert } from './insert.ts';

const row = ({ name, kind, port }: NewService): string =>
  `  '${name}': { kind: '${kind}'${port === undefined ? '' : `, port: ${port}`} },\n`;

const insertionsOf = (service: NewService): Record<string, Insertion[]> => {
  const { name } = service;
  return {
    'tools/scenarios/src/services.ts': [
      { anchor: '} satisfies Record<string, OwnService>', where: 'before', text: row(service) },
    ],
    'tools/scenarios/src/catalog.ts': [
      {
        anchor: "import type { Scenario } from './scenario.ts';\n",
        where: 'before',
        text: `import { ${camel(name)} } from './${name}.ts';\n`,
      },
      {
        anchor: '];\n\nexport const scenarios: Scenario[]',
        where: 'before',
        text: `  { title: '${name}', scenarios: [${camel(name)}] },\n`,
      },
    ],
  };
};

/** The files that `insertService` changes. */
export const INSERTED = ['tools/scenarios/src/services.ts', 'tools/scenarios/src/catalog.ts'];

/** One of these files with the service in it. Throws a `UserError` where an anchor is missing. */
export function insertService(file: string, source: string, service: NewService): string {
  return insert(file, source, insertionsOf(service)[file] ?? []);
}

/** The package.json of the scenarios with a dependency on the service, whose client they import. */
export function dependOn(source: string, name: string): string {
  const manifest = JSON.parse(source) as { dependencies: Record<string, string> };
  const dependencies = { ...manifest.dependencies, [`@trace-mesh/${name}`]: 'workspace:*' };
  const sorted = Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...manifest, dependencies: sorted }, null, 2)}\n`;
}
