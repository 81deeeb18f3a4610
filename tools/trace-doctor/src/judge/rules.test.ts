import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isScoreRule, WEIGHTS } from './rule.ts';
import { rules } from './rules.ts';

const guide = readFileSync(new URL('../../../../docs/other-systems.md', import.meta.url), 'utf8');

/** `MET-001` to `MET-006` */
const isNamed = (id: string) => guide.includes(`\`${id}\``) || /^MET-00[2-5]$/.test(id);

it('no two rules have the same id', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

it('the guide names every rule, with the level or the weight that it has', () => {
  for (const rule of rules) {
    expect(isNamed(rule.id), rule.id).toBe(true);
    const [, given] = new RegExp(`^\\| \`${rule.id}\` \\| (\\w+) \\|`, 'm').exec(guide) ?? [];
    const expected = isScoreRule(rule) ? String(WEIGHTS[rule.impact]) : rule.level;
    if (given !== undefined || !/^(LOG|MET)-/.test(rule.id)) expect(given, rule.id).toBe(expected);
  }
});
