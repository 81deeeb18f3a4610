import { Writable } from 'node:stream';
import { context } from '@opentelemetry/api';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { withMcpContext } from './context/mcp-context.ts';
import { createLogger } from './logger.ts';
import { withSpan } from './spans/span.ts';
import { startTestTracing } from './testing.ts';

const tracing = startTestTracing();
afterEach(() => vi.unstubAllEnvs());
afterAll(() => tracing[Symbol.asyncDispose]());

function lastLine(log: (logger: ReturnType<typeof createLogger>) => unknown): Record<string, unknown> {
  const lines: string[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    lines.push(String(chunk));
    done();
  };
  log(createLogger(new Writable({ write })));
  return JSON.parse(lines.at(-1) ?? '{}');
}

it('names service, version and environment on every line, as the spans do', () => {
  vi.stubEnv('OTEL_SERVICE_NAME', 'worker');
  vi.stubEnv(
    'OTEL_RESOURCE_ATTRIBUTES',
    'service.version=1.2.3,team=a%2Cb,deployment.environment.name=old,deployment.environment.name=test%20bed',
  );
  expect(lastLine((logger) => logger.info('hello'))).toMatchObject({
    msg: 'hello',
    service: 'worker',
    version: '1.2.3',
    environment: 'test bed',
  });
});

it('names trace, span and tenant where there are any, and leaves them out elsewhere', async () => {
  const acme = withMcpContext(context.active(), { tenantId: 'acme' });
  const line = await context.with(acme, () =>
    withSpan('work', {}, () => lastLine((logger) => logger.info('in'))),
  );
  const spanContext = tracing.spans('work')[0]?.spanContext();
  expect(line).toMatchObject({
    trace_id: spanContext?.traceId,
    span_id: spanContext?.spanId,
    tenant_id: 'acme',
  });
  expect(Object.keys(lastLine((logger) => logger.info('out')))).not.toContain('trace_id');
});
