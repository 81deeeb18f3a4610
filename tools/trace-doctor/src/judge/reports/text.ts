// The judgement for a terminal.
import { printable } from '../../selector.ts';
import { paint } from '../../tree.ts';
import type { Finding, Level } from '../finding.ts';
import type { Judgement } from '../judge.ts';
import type { Score, ServiceScore } from '../score.ts';

const STYLES = { error: 'red', warning: 'yellow', note: 'dim' } as const;

export interface TextOptions {
  /** Default false: plain text, for files and pipes. */
  color?: boolean;
}

/** What was found, the score of each service with its lost points, and what could not be judged. */
export function toText(
  { findings, score, traces, spans }: Judgement,
  { color = false }: TextOptions = {},
): string {
  const bold = (text: string) => paint(color, 'bold', text);
  const services = score.services.toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0));
  return [
    `${bold(`Instrumentation Score ${rated(score)}`)}: ${services.length} services, ${spans} spans, ${traces} traces`,
    countOf(findings),
    ...findings.map((finding) => formatFinding(finding, color)),
    [bold('Score by service'), ...services.map((service) => formatService(service))].join('\n'),
    ...notJudged(services),
  ].join('\n\n');
}

const rated = ({ value, category }: Score) =>
  value === undefined ? '-' : `${value.toFixed(1)} (${category})`;

function countOf(findings: readonly Finding[]): string {
  const levels: Level[] = ['error', 'warning', 'note'];
  const counts = levels.map(
    (level) => [level, findings.filter((one) => one.level === level).length] as const,
  );
  return counts.map(([level, count]) => `${count} ${level}${count === 1 ? '' : 's'}`).join(', ');
}

function formatFinding({ level, rule, text, fix, spans }: Finding, color: boolean): string {
  const traces = [...new Set(spans.map(({ traceId }) => traceId))];
  const more = traces.length > 1 ? ` and ${traces.length - 1} more` : '';
  return [
    `${paint(color, STYLES[level], level)} ${rule}: ${printable(text)}`,
    `  write: ${printable(fix)}`,
    paint(color, 'dim', `  trace ${traces[0]}${more}`),
  ].join('\n');
}

function formatService(service: ServiceScore): string {
  const lost = service.failed.map(({ rule, weight }) => `${rule} (-${weight})`);
  const why = lost.length > 0 ? `: lost ${lost.join(', ')}` : '';
  return `  ${printable(service.service) || '(no name)'} ${rated(service)}${why}`;
}

/** The specification asks to say what the score leaves out. */
function notJudged(services: readonly ServiceScore[]): string[] {
  const whys = services.flatMap(({ unjudged, service }) => unjudged.map((one) => ({ ...one, service })));
  const lines = [...Map.groupBy(whys, ({ why }) => why)].map(([why, own]) => {
    const ids = [...new Set(own.map(({ rule }) => rule))].join(', ');
    const names = new Set(own.map(({ service }) => service));
    const where = names.size < services.length ? ` (${[...names].map(printable).join(', ')})` : '';
    return `  ${ids}: ${why}${where}`;
  });
  return lines.length > 0 ? [['Not judged, so the score may not be complete', ...lines].join('\n')] : [];
}
