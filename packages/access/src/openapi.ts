// The OpenAPI 3.1 document of an HTTP edge, from the zod schemas that its routes parse with. What every edge has in common is
// written here: the token, the headers of trace and request, and the problems of the gate, of the body parser and of Node.
import { STATUS_CODES } from 'node:http';
import { ProblemDetails } from '@trace-mesh/tracing/error-carriers';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import type { Scope } from './caller.ts';
import { requestHeaders, responseHeaders } from './openapi-headers.ts';
import { PROBLEMS, type ProblemKind } from './problem.ts';

/** One operation: what the route reads and answers. */
export interface Operation {
  /** The name of the call in generated clients. */
  operationId: string;
  summary: string;
  /** The scope that the token needs; without one the operation is public. */
  scope?: Scope;
  params?: z.ZodObject;
  /** Request headers besides those of every operation. */
  headers?: z.ZodRawShape;
  body?: z.ZodType;
  /** The status and body of success; 202 names in `Location` what was created. */
  answer: { status: 200 | 202; schema: z.ZodType };
  /** Problems besides those that follow from scope, params and body. */
  problems?: readonly ProblemKind[];
}

export interface Api {
  info: { title: string; version: string; description: string };
  /** The schemas that get a name. */
  schemas: Record<string, z.ZodType>;
  /** By method and path, such as `GET /api/tasks/{taskId}`. */
  operations: Record<`${'GET' | 'POST'} /${string}`, Operation>;
}

/** What Node's HTTP parser answers itself: a request that is too slow, an unknown `Expect`, too many headers. */
const PARSER_STATUSES = [408, 417, 431];

/** The document of an API. */
export function describeApi({ info, schemas, operations }: Api): ReturnType<typeof createDocument> {
  const own = Object.values(operations).flatMap(({ problems = [] }) => problems);
  const responses = sharedResponses([...Object.values(PROBLEMS), ...own]);
  const paths: NonNullable<ZodOpenApiObject['paths']> = {};
  for (const [key, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = key.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(method, operation, responses) };
  }
  return createDocument({
    openapi: '3.1.1',
    info,
    paths,
    components: {
      schemas: { ...schemas, Problem: ProblemDetails },
      // No operation has it: OpenAPI has no place for the methods that a path does not take.
      responses: { [nameOf(405)]: responses[405] ?? {} },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  });
}

type Responses = Record<number, ZodOpenApiResponseObject>;

/** By status, the responses that operations share. */
function sharedResponses(kinds: readonly ProblemKind[]): Responses {
  const byStatus = Object.groupBy(kinds, ({ status }) => status);
  const problems = Object.entries(byStatus).map(([key, same = []]) => {
    const status = Number(key);
    const description = [...new Set(same.map(({ title }) => title))].join(', or ');
    const content = { 'application/problem+json': { schema: ProblemDetails } };
    return [status, { id: nameOf(status), description, headers: responseHeaders(status), content }];
  });
  const parser = PARSER_STATUSES.map((status) => [
    status,
    { id: nameOf(status), description: `${STATUS_CODES[status]}, from Node's HTTP parser: without a body` },
  ]);
  const notModified = {
    id: nameOf(304),
    description: 'The caller has this answer (If-None-Match)',
    headers: responseHeaders(304, { hasETag: true }),
  };
  return Object.fromEntries([...problems, ...parser, [304, notModified]]);
}

function describe(
  method: string,
  { operationId, summary, scope, params, headers, body, answer, problems = [] }: Operation,
  responses: Responses,
): ZodOpenApiOperationObject {
  const { unauthenticated, insufficientScope, rateLimited, invalid, tooLarge, unsupported, internal } =
    PROBLEMS;
  const kinds = [
    ...(scope ? [unauthenticated, insufficientScope, rateLimited, internal] : []),
    ...(params ? [invalid] : []),
    ...(body ? [invalid, tooLarge, unsupported] : []),
    ...problems,
  ];
  const isGet = method === 'GET';
  const statuses = [...(isGet ? [304] : []), ...kinds.map(({ status }) => status), ...PARSER_STATUSES];
  const success = {
    description: STATUS_CODES[answer.status] ?? '',
    headers: responseHeaders(answer.status, { hasETag: isGet }),
    content: { 'application/json': { schema: answer.schema } },
  };
  return {
    operationId,
    summary,
    ...(scope && { security: [{ bearer: [scope] }] }),
    requestParams: {
      header: z.object({ ...requestHeaders(method), ...headers }),
      ...(params && { path: params }),
    },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [`${answer.status}`]: success,
      ...Object.fromEntries(statuses.map((status) => [status, responses[status] ?? success])),
    },
  };
}

/** `NotFound` for 404. */
const nameOf = (status: number): string => (STATUS_CODES[status] ?? '').replaceAll(/\W/g, '');
