import { listen } from '@trace-mesh/runtime/listen';
import { thrownValues } from '@trace-mesh/tracing/arbitraries';
import { createLogger } from '@trace-mesh/tracing/logger';
import express from 'express';
import { expect, it } from 'vitest';
import { problems } from './problem.ts';

it.each(thrownValues())(
  'a route that rejects with %s answers a bare 500, and logs it once',
  async (_, thrown) => {
    const lines: string[] = [];
    const app = express().get('/', () => Promise.reject(thrown));
    app.use(problems(createLogger({ write: (line) => void lines.push(line) })));
    await using server = await listen(app, { host: '127.0.0.1', port: 0 });
    const response = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toEqual({
      title: 'internal error',
      status: 500,
      detail: 'the request could not be handled',
      code: 'internal_error',
      service: expect.any(String),
    });
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['a request failed']);
  },
);
