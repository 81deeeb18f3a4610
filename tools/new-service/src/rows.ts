// The row of a new service, and the files of the checkout that are made from all rows.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawn } from '@trace-mesh/topology/drawn';
import { services } from '@trace-mesh/topology/services';
import { insert } from './insert.ts';
import type { NewService } from './kinds.ts';

const ROWS = 'tools/topology/src/services.ts';

const row = ({ name, kind, port }: NewService): string =>
  `  '${name}': { kind: '${kind}'${port === undefined ? '' : `, port: ${port}`} },\n`;

/** services.ts with the row of the service at the end of the own ones. Throws a `UserError` for an unexpected file. */
export const withRow = (source: string, service: NewService): string => {
  const [before, own, ...more] = source.split('const ownRows = {');
  const changed = insert(ROWS, own ?? '', [
    { anchor: '} satisfies Record<string, Row>', text: row(service) },
  ]);
  return [before, changed, ...more].join('const ownRows = {');
};

/** The text of each new or changed file, by path from the root of the checkout at `root`. */
export function rowChanges(root: string, service: NewService): Map<string, string> {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const { port, ...rest } = service;
  const rows = [...services, { ...rest, ...(port !== undefined && { port }) }];
  const isOther = ([path, text]: [string, string]) => !existsSync(join(root, path)) || read(path) !== text;
  return new Map([[ROWS, withRow(read(ROWS), service)], ...[...drawn(rows, read)].filter(isOther)]);
}
