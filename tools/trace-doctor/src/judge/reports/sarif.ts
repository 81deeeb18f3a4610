// SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { printable } from '../../selector.ts';
import type { Finding } from '../finding.ts';
import type { Judgement } from '../judge.ts';
import { isScoreRule, type Rule } from '../rule.ts';
import { rules } from '../rules.ts';

const SPEC = 'https://github.com/instrumentation-score/spec/blob/main/rules';
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

export interface SarifOptions {
  /** What was read, such as a path relative to the repository: GitHub shows only results with a file. */
  source: string;
  /** Of this tool. */
  version?: string;
}

/** One run, with a result for each finding, and the scores as its properties. */
export function toSarif({ findings, score }: Judgement, { source, version }: SarifOptions): Log {
  const seen = new Map<string, number>();
  const results = findings.map((finding) => {
    const name = JSON.stringify([finding.rule, finding.service]);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return toResult(finding, source, `${name} ${count}`);
  });
  const driver = { name: 'trace-doctor', ...(version && { version }), rules: rules.map(describeRule) };
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [{ tool: { driver }, results, properties: { instrumentationScore: score } }],
  };
}

const describeRule = (rule: Rule): ReportingDescriptor => ({
  id: rule.id,
  shortDescription: { text: rule.title },
  defaultConfiguration: { level: rule.level },
  ...(isScoreRule(rule) && {
    helpUri: `${SPEC}/${rule.id}.md`,
    properties: { impact: rule.impact },
  }),
});

/** The fingerprint is the same in the next run, when spans have other ids (section 3.27.17). */
function toResult(finding: Finding, source: string, fingerprint: string): Result {
  const { rule, level, service, spans } = finding;
  const [text, fix] = [printable(finding.text), printable(finding.fix)];
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level,
    message: { text: `${text}. Fix: ${fix}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(source) } },
        logicalLocations: [{ name: service ?? '', kind: 'service' }],
      },
    ],
    partialFingerprints: { 'ruleAndService/v1': fingerprint },
    properties: { spans },
  };
}
