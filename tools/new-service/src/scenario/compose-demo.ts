// The demo of docker-compose.yml waits for a new service and gets its address.
import { addressOf, variableOf } from '@trace-mesh/scenarios/services';
import MagicString from 'magic-string';
import type { NewService } from '../kinds.ts';
import { endOf, mapAt } from '../yaml-text.ts';

/** Throws a `UserError` where the file has no demo. */
export function composeDemo(source: string, { name, kind }: NewService): string {
  const changed = new MagicString(source);
  const dependsOn = mapAt(source, ['services', 'demo', 'depends_on']);
  changed.appendLeft(endOf(source, dependsOn), `      ${name}: { condition: service_healthy }\n`);
  if (kind !== 'sqs') {
    const address = `      ${variableOf(name)}: ${addressOf(kind, `${name}:8080`)}\n`;
    changed.appendLeft(endOf(source, mapAt(source, ['services', 'demo', 'environment'])), address);
  }
  return changed.toString();
}
