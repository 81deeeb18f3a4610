// A plan in words: for a person, and as one JSON object.
import type { Plan } from './plan.ts';

/** Every file of the plan, one a line. */
export function formatPlan({ created, changed }: Plan): string {
  const lines = [...created.keys()].map((path) => `  new      ${path}`);
  return [...lines, ...[...changed.keys()].map((path) => `  changed  ${path}`)].join('\n');
}

/** `{ ok, dryRun, name, kind, port?, created, changed }`; the paths are from the root of the checkout. */
export function planJson({ created, changed, ...service }: Plan, dryRun: boolean): string {
  return JSON.stringify({
    ok: true,
    dryRun,
    ...service,
    created: [...created.keys()],
    changed: [...changed.keys()],
  });
}

/** What to do with a service that has just been made. */
export function nextSteps({ name }: Plan): string {
  const steps = [
    [`npm run demo -- --scenario ${name}`, 'see it in the trace'],
    [`services/${name}/src/app.ts`, 'begin here; its tests are beside it'],
    [`tools/scenarios/src/${name}.ts`, 'the edges that its trace must have'],
  ] as const;
  const width = Math.max(...steps.map(([what]) => what.length));
  return steps.map(([what, why]) => `${what.padEnd(width)}  # ${why}`).join('\n');
}
