// The OpenAPI document and the running application say the same: every operation is asked in every way (openapi.fixture.ts), and
// must answer with each status that is documented for it and with no other.
import { Validator } from '@seriousme/openapi-schema-validator';
import { PROBLEMS } from '@trace-mesh/access/problem';
import { routesOf } from '@trace-mesh/access/testing';
import { ProblemDetails } from '@trace-mesh/tracing/error-carriers';
import { expect, it } from 'vitest';
import { app, askAll } from './openapi.fixture.ts';
import { openApi } from './openapi.ts';
import { TASK_PROBLEMS } from './problems.ts';

interface Header {
  required?: boolean;
}
interface Reference {
  $ref: string;
}
interface Response {
  description: string;
  headers?: Record<string, Header | Reference>;
  content?: Record<string, unknown>;
}
type Operation = { responses: Record<string, Response | Reference> };

const { paths, components } = JSON.parse(JSON.stringify(openApi)) as {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>> & { responses: Record<string, Response> };
};
/** A response or header, which may be a reference such as `#/components/responses/NotFound`. */
function resolve<T>(value: T | Reference): T {
  if (!(value instanceof Object && '$ref' in value)) return value;
  const [, , kind = '', name = ''] = String(value.$ref).split('/');
  return components[kind]?.[name] as T;
}
const documented = new Map(
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => [`${method.toUpperCase()} ${path}`, responses]),
  ),
);
const routes = routesOf(app);
const answers = await askAll([...routes, 'PATCH /api/tasks', 'GET /nowhere']);
const answersOf = (operation: string) => answers.get(operation) ?? [];

it('is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone({ ...openApi }))).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

it('has the routes of the application and no other', () => {
  expect([...documented.keys()].toSorted()).toEqual(routes.toSorted());
});

it.each(routes)('%s answers with the documented statuses and with no other', (operation) => {
  const statuses = new Set(answersOf(operation).map(({ status }) => String(status)));
  expect([...statuses].toSorted()).toEqual(Object.keys(documented.get(operation) ?? {}).toSorted());
});

it.each(routes)('every answer to %s has the documented headers, media type and problem', (operation) => {
  for (const { status, headers, body } of answersOf(operation)) {
    const response = documented.get(operation)?.[status] ?? { description: 'not documented' };
    const { description, headers: named = {}, content } = resolve<Response>(response);
    const required = Object.keys(named).filter((name) => resolve<Header>(named[name] ?? {}).required);
    for (const name of required) expect(headers, `${status}`).toHaveProperty(name.toLowerCase());
    const [type] = String(headers['content-type'] ?? '').split(';');
    expect(type ? [type] : [], `${status}`).toEqual(Object.keys(content ?? {}));
    if (status < 400 || !content) continue;
    const problem = ProblemDetails.parse(JSON.parse(body));
    expect(problem).toMatchObject({ status });
    expect(description.split(', or ')).toContain(problem.title);
  }
});

it('documents every kind of problem, and each can be caused', () => {
  const { callerGone: _, ...own } = TASK_PROBLEMS;
  const kinds = [...Object.values(PROBLEMS), ...Object.values(own)];
  const caused = [...answers.values()].flat().filter(({ body }) => body.startsWith('{"title"'));
  const names = caused.map(({ status, body }) => `${status} ${JSON.parse(body).title}`);
  expect([...new Set(names)].toSorted()).toEqual(
    kinds.map(({ status, title }) => `${status} ${title}`).toSorted(),
  );
  const described = Object.values(components.responses).flatMap(({ description }) =>
    description.split(', or '),
  );
  for (const { title } of kinds) expect(described).toContain(title);
});
