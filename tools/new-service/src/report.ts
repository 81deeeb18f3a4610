// A plan as text and as JSON.
import type { Plan } from './extra.ts';
import { extras } from './extras.ts';

/** Every file of the plan, one a line. */
export function formatPlan({ created, changed }: Plan): string {
  const lines = [...created.keys()].map((path) => `  new      ${path}`);
  return [...lines, ...[...changed.keys()].map((path) => `  changed  ${path}`)].join('\n');
}

/** `{ ok, dryRun, name, kind, port?, created, changed }`; the paths start at the root of the checkout. */
export function planJson({ created, changed, ...service }: Plan, dryRun: boolean): string {
  return JSON.stringify({
    ok: true,
    dryRun,
    ...service,
    created: [...created.keys()],
    changed: [...changed.keys()],
  });
}

/** What to do with the new service, one step a line. */
export function nextSteps({ name }: Plan): string {
  const steps: [string, string][] = [
    [`services/${name}/src/app.ts`, 'start here; its tests are beside it'],
    ...extras.flatMap((extra) => extra.nextSteps(name)),
  ];
  const width = Math.max(...steps.map(([step]) => step.length));
  return steps.map(([step, description]) => `${step.padEnd(width)}  # ${description}`).join('\n');
}
