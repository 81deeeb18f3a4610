// RES-005 of the Instrumentation Score.

import type { Span } from '../../trace.ts';
import { found } from '../finding.ts';
import { ofEachService, type ScoreRule } from '../rule.ts';

/** The resource decides; formats without one have the name alone. */
const nameOf = ({ resource, service }: Span): unknown => (resource ? resource['service.name'] : service);

const isName = (name: unknown) => typeof name === 'string' && name !== '';

/** rules/RES-005.md. A default such as `unknown_service:java` is a name. */
export const serviceName: ScoreRule = {
  id: 'RES-005',
  level: 'error',
  impact: 'Critical',
  title: 'resources have service.name',
  check: ofEachService(({ name, spans }) => {
    const without = spans.filter((span) => !isName(nameOf(span)));
    const [first] = without;
    if (!first) return [];
    const text = `${first.scope ? `spans of ${first.scope.name}` : 'spans'} have no service.name: '${first.name}'`;
    return [
      found(without, { text, fix: 'set OTEL_SERVICE_NAME=<name> where the process starts', service: name }),
    ];
  }),
};
