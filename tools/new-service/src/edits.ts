// The changes to existing files: the service's row, its scenario in the catalog, the scenarios' dependency. Each is a function
// from the file's text to its new text.
import { addressOf, type Kind } from '@trace-mesh/scenarios/services';
import { type Insertion, insert } from './insert.ts';
import { camel } from './names.ts';

export interface NewService {
  name: string;
  kind: Kind;
  /** The host port under which compose publishes it; a queue's consumer has none. */
  port: number | undefined;
}

/** Where the containers of compose find it. */
export const addressInside = ({ name, kind }: NewService): string => addressOf(kind, `${name}:8080`);

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

/** The files that are changed by insertions alone. */
export const INSERTED = ['tools/scenarios/src/services.ts', 'tools/scenarios/src/catalog.ts'];

/** The text of one of them with the service in it. Throws a `Refusal` where its anchor is gone. */
export function insertService(file: string, source: string, service: NewService): string {
  return insert(file, source, insertionsOf(service)[file] ?? []);
}

/** The package.json of the scenarios, which import the service's client. */
export function dependOn(source: string, name: string): string {
  const manifest = JSON.parse(source) as { dependencies: Record<string, string> };
  const dependencies = { ...manifest.dependencies, [`@trace-mesh/${name}`]: 'workspace:*' };
  const sorted = Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...manifest, dependencies: sorted }, null, 2)}\n`;
}
