// YAML read to find places and changed as text, so that every comment stays.
import { isMap, parseDocument, type YAMLMap } from 'yaml';
import { UserError } from './user-error.ts';

/** The map at a path of docker-compose.yml. Throws a `UserError` where there is none. */
export function mapAt(source: string, path: string[]): YAMLMap {
  const node = parseDocument(source).getIn(path, true);
  if (!isMap(node)) throw new UserError(`docker-compose.yml has no ${path.join('.')} (nothing was written)`);
  return node;
}

/** The offset after the last line of a map. */
export function endOf(source: string, map: YAMLMap): number {
  const end = map.range?.[1] ?? 0;
  return source[end - 1] === '\n' ? end : source.indexOf('\n', end) + 1;
}
