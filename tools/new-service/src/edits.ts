// What a new service changes in files that are there: its row, its scenario in the catalog, the scenario's dependency, its
// line in the README. Each is a function from the file's text to its new text.
import { addressOf, type Kind } from '@trace-mesh/scenarios/services';
import { type Insertion, insert } from './insert.ts';
import { camel } from './names.ts';

export interface NewService {
  name: string;
  kind: Kind;
  /** The host port under which compose publishes it; a queue's consumer has none. */
  port: number | undefined;
}

/** How the README says what a kind speaks. */
const SPEAKS: Record<Kind, string> = {
  http: 'REST',
  grpc: 'gRPC',
  ws: 'WebSocket',
  mcp: 'MCP',
  sqs: 'SQS',
};

/** Where the containers of compose find it. */
export const addressInside = ({ name, kind }: NewService): string => addressOf(kind, `${name}:8080`);

/** The last service of the story, behind which the README lists those of your own. */
const LAST_IN_README =
  '| [console](tools/console) | a web page | an agent that fires, ws-hub, the trace store |\n';

const row = ({ name, kind, port }: NewService): string =>
  `  '${name}': { kind: '${kind}'${port === undefined ? '' : `, port: ${port}`} },\n`;

const insertionsOf = (service: NewService): Record<string, Insertion[]> => {
  const { name, kind } = service;
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
    'README.md': [
      {
        anchor: LAST_IN_README,
        where: 'after',
        text: `| [${name}](services/${name}) | ${SPEAKS[kind]} | |\n`,
      },
    ],
  };
};

/** The files that are changed by insertions alone. */
export const INSERTED = ['tools/scenarios/src/services.ts', 'tools/scenarios/src/catalog.ts', 'README.md'];

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
