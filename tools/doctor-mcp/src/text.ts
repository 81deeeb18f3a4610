// Words that the answers have in common.
import type { Facts } from '@trace-mesh/trace-doctor/answers/facts';
import { printable } from '@trace-mesh/trace-doctor/selector';
import type { z } from 'zod';

/** `1 span`, `2 spans` */
export const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** `trace 4bf…: scenario http, 7 spans in agent, rest-api, 12.3 ms` */
export function headline({ traceId, root, services, spans, durationMs }: z.infer<typeof Facts>): string {
  const names = services.map(printable).join(', ');
  return `trace ${traceId}: ${printable(root)}, ${count(spans, 'span')} in ${names}, ${durationMs.toFixed(1)} ms`;
}

/** `'process tasks' (worker)` */
export const label = ({ name, service }: { name: string; service: string }): string =>
  `'${printable(name)}' (${printable(service)})`;
