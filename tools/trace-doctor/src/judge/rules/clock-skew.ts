// Clock skew between two services.
import { type ClockSkew, clockSkews } from '../../clock.ts';
import type { Found } from '../finding.ts';
import type { Rule } from '../rule.ts';

/** The largest offset of each pair of services. */
export const sameClock: Rule = {
  id: 'clock-skew',
  level: 'warning',
  title: 'the clocks of two services agree',
  check({ traces }) {
    const worst = new Map<string, ClockSkew>();
    for (const skew of traces.flatMap((trace) => clockSkews(trace))) {
      const pair = JSON.stringify([skew.against, skew.service]);
      if (Math.abs(skew.offsetUs) > Math.abs(worst.get(pair)?.offsetUs ?? 0)) worst.set(pair, skew);
    }
    return [...worst.values()].map(
      ({ service, span, text }): Found => ({ service, text, spans: [span], fix: FIX }),
    );
  },
};

const FIX = 'synchronize both hosts with one time source (chronyc tracking shows the offset)';
