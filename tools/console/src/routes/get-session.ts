import { DROPS } from '@trace-mesh/faults/faults';
import { PLACES } from '@trace-mesh/faults/knobs';
import { groups } from '@trace-mesh/scenarios/catalog';
import { DEFAULT_PROMPT } from '@trace-mesh/scenarios/fire';
import type { RequestHandler } from 'express';
import type { Deps } from '../deps.ts';
import type { Choice, PageSession } from '../messages.ts';

/** Responds with the scenarios and the knobs. */
export const getSession = ({
  hubUrl,
  endpoints,
  lab,
}: Pick<Deps, 'hubUrl' | 'endpoints' | 'lab'>): RequestHandler => {
  const session = {
    groups: groups.map(({ title, scenarios }) => ({
      title,
      scenarios: scenarios.map(({ name, title, teaches, rows, makesTask = false }) => ({
        name,
        title,
        teaches,
        rows,
        makesTask,
      })),
    })),
    prompt: DEFAULT_PROMPT,
    hubUrl,
    viewer: endpoints.viewer,
    places: choices(PLACES),
    drops: choices(DROPS),
  };
  return (_request, response) => {
    const hasKnobs = lab.services().some((service) => service !== 'agent');
    response.json({ ...session, hasKnobs } satisfies PageSession);
  };
};

const choices = (table: Record<string, string>): Choice[] =>
  Object.entries(table).map(([name, title]) => ({ name, title }));
