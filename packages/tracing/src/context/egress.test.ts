// What leaves the mesh in an HTTP request, by both of Node's clients under the real instrumentation.
import { fileURLToPath } from 'node:url';
import { defaultTextMapSetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EgressPropagator, headFor, urlOf } from './egress.ts';

const Sent = z.record(z.string(), z.record(z.string(), z.unknown()));

/** What three servers received of one process: `inside` was allowed, `outside` and `aws` were not. */
async function sent(sampler: string) {
  const script = fileURLToPath(new URL('./egress.fixture.ts', import.meta.url));
  const { stdout } = await execa(process.execPath, ['--import', '@trace-mesh/tracing/register', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { OTEL_SERVICE_NAME: 'test', OTEL_TRACES_EXPORTER: 'none', OTEL_TRACES_SAMPLER: sampler },
  });
  return Sent.parse(JSON.parse(stdout));
}

const OF_OURS = /^(traceparent|tracestate|baggage|b3|x-(mcp|b3|request|trace)-.*|authorization)$/;
const ofOurs = (headers: Record<string, unknown> = {}) =>
  Object.keys(headers)
    .filter((name) => OF_OURS.test(name))
    .sort();
const ALL = ['baggage', 'traceparent', 'tracestate', 'x-mcp-tenant-id'];

describe.each(['always_on', 'always_off'])('with the sampler %s', (sampler) => {
  it('context goes to the origins that were allowed, and not one header to any other', async () => {
    const received = await sent(sampler);
    for (const client of ['fetch', 'http']) {
      expect(ofOurs(received[`${client} inside`]), client).toEqual(ALL);
      expect(ofOurs(received[`${client} outside`]), client).toEqual([]);
      expect(ofOurs(received[`${client} inside again`]), client).toEqual(ALL);
    }
    expect(ofOurs(received.aws)).toEqual(['authorization']); // AWS's own signature
  });
});

it.each([
  [{ protocol: 'https:', hostname: 'a.example', port: 8443 }, 'https://a.example:8443'],
  [{ host: 'a.example' }, 'http://a.example'],
  [{ hostname: 'a.example', host: 'b.example', port: '80' }, 'http://a.example:80'],
  [{}, 'http://'],
])('reads the destination of %j', (request, url) => {
  expect(urlOf(request)).toBe(url);
});

it('a request that was begun and brought no context keeps it from nothing that is sent later', async () => {
  const propagator = new EgressPropagator(new W3CBaggagePropagator());
  const ctx = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: '1' } }));
  const injected = () => {
    const carrier: Record<string, string> = {};
    propagator.inject(ctx, carrier, defaultTextMapSetter);
    return carrier;
  };
  headFor('http://outside.example');
  expect(injected()).toEqual({});
  headFor('http://outside.example');
  await Promise.resolve();
  expect(injected()).toEqual({ baggage: 'a=1' });
});
