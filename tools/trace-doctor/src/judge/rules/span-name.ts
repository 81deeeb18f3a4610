// SPA-003 of the Instrumentation Score.
import { rawPartOf } from '../../conventions/check.ts';
import { label } from '../../selector.ts';
import type { Span } from '../../trace.ts';
import { found } from '../finding.ts';
import { ofEachService, type ScoreRule } from '../rule.ts';

/** So many names that differ in literals alone are unbounded. */
const MAX_SIMILAR = 10;

const text = (span: Span, key: string) => {
  const value = span.attributes[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const DIGIT = /\d/;

/** A literal as a whole: one such name is enough. */
function literalIn(span: Span): string | undefined {
  const { name } = span;
  const path = text(span, 'url.path');
  if (path && !text(span, 'http.route') && /\/\d+(\/|$)/.test(path) && name.includes(path))
    return 'its URL path';
  const query = text(span, 'db.query.text');
  if (query && name === query && (DIGIT.test(query) || query.includes("'"))) return 'its query with literals';
  const raw = rawPartOf(name);
  // A single number may belong to a fixed name.
  return raw === 'a number' ? undefined : raw;
}

/** The name without literals: names that differ in these alone have the same. */
const templateOf = (name: string) => name.replaceAll(/'[^']*'|\d+/g, '?');

/**
 * rules/SPA-003.md leaves its criterion open. Here: no name contains a literal, and no more than 10 names of the same kind of
 * span differ in numbers and quoted text alone.
 */
export const boundSpanNames: ScoreRule = {
  id: 'SPA-003',
  level: 'warning',
  impact: 'Important',
  title: 'span names have a bound cardinality',
  check: ofEachService(({ name: service, spans }) => {
    const byName = Map.groupBy(spans, ({ name, kind }) => `${kind} ${name}`);
    const firsts = [...byName.values()].flatMap(([first]) => first ?? []);
    const literal = firsts.filter((span) => literalIn(span));
    const similar = [...Map.groupBy(firsts, ({ name, kind }) => `${kind} ${templateOf(name)}`).values()];
    const unbound = similar.filter((own) => own.length > MAX_SIMILAR);
    const shown = literal.length > 0 ? literal : unbound.flat();
    const [first] = shown;
    if (!first) return [];
    const why = literalIn(first) ?? `numbers or quoted text, as ${unbound.flat().length - 1} more names do`;
    const fix = fixOf(first);
    return [found(shown, { service, text: `the name of ${label(first)} contains ${why}`, fix })];
  }),
};

function fixOf(span: Span): string {
  if (text(span, 'db.query.text'))
    return 'name the span by operation and table, as in SELECT orders, and bind the values';
  if (text(span, 'http.request.method'))
    return 'name the span by method and route, as in updateName("GET /orders/{id}"), and set http.route';
  return "use a fixed name, and put the value into an attribute: span.setAttribute('<key>', value)";
}
