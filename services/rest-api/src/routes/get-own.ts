import { callerOf } from '@trace-mesh/access/express';
import { PROBLEMS, Problem } from '@trace-mesh/access/problem';
import type { Database } from '@trace-mesh/runtime/postgres';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Deps } from '../deps.ts';

type Find = (db: Database, id: string, tenantId: string) => Promise<object | undefined>;

/** `GET` of a task, batch or job by the path parameter `<kind>Id`. Answers 404 for another tenant's. */
export function getOwn(kind: 'task' | 'batch' | 'job', find: Find, { db }: Deps): RequestHandler {
  const key = `${kind}Id`;
  const Params = z.object({ [key]: z.uuid() });
  return async (request, response) => {
    const { [key]: id = '' } = Params.parse(request.params);
    const found = await find(db, id, callerOf(response).identity.tenantId);
    if (!found) throw new Problem(PROBLEMS.notFound, `there is no ${kind} ${id}`);
    response.json(found);
  };
}
