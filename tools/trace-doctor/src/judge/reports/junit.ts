// JUnit's XML, as CI systems read it: https://github.com/testmoapp/junitxml
import builder, { type XMLElement } from 'xmlbuilder';
import { printable } from '../../selector.ts';
import type { Finding } from '../finding.ts';
import type { Judgement } from '../judge.ts';
import { rules } from '../rules.ts';
import type { ServiceScore } from '../score.ts';

/** One suite for each service, with a test case for each rule. Notes do not fail; what cannot be judged is skipped. */
export function toJUnit({ findings, score }: Judgement): string {
  const root = builder.create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: ' ' });
  root.attribute('name', 'trace-doctor');
  const byService = Map.groupBy(findings, ({ service }) => service);
  for (const service of score.services) addSuite(root, service, byService.get(service.service) ?? []);
  return root.end({ pretty: true });
}

const fails = ({ level }: Finding) => level !== 'note';

function addSuite(root: XMLElement, { service, unjudged }: ServiceScore, findings: readonly Finding[]): void {
  const byRule = Map.groupBy(findings, ({ rule }) => rule);
  const skipped = new Map(unjudged.map(({ rule, why }) => [rule, why]));
  const failures = [...byRule.values()].filter((own) => own.some(fails)).length;
  const counts = { tests: rules.length, failures, errors: 0, skipped: skipped.size };
  const suite = root.element('testsuite', { name: printable(service) || 'no service.name', ...counts });
  for (const { id, title } of rules) {
    const test = suite.element('testcase', { classname: printable(service), name: `${id}: ${title}` });
    const why = skipped.get(id);
    if (why !== undefined) test.element('skipped', { message: why });
    for (const finding of byRule.get(id) ?? []) addFinding(test, finding);
  }
}

function addFinding(test: XMLElement, finding: Finding): void {
  const { level, spans } = finding;
  const [text, fix] = [printable(finding.text), printable(finding.fix)];
  const traces = [...new Set(spans.map(({ traceId }) => traceId))];
  const details = `${text}\nfix: ${fix}\ntraces: ${traces.join(', ')}`;
  if (fails(finding)) test.element('failure', { message: text, type: level }, details);
  else test.element('system-out', {}, details);
}
