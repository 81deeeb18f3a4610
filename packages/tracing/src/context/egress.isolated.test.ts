// Which context leaves the process in HTTP requests of both of Node's clients, with the real instrumentation.
import { fileURLToPath } from 'node:url';
import { defaultTextMapSetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing, W3CBaggagePropagator } from '@opentelemetry/core';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allowOrigin, setDestination, urlOf, withEgress } from './egress.ts';

const Sent = z.record(z.string(), z.record(z.string(), z.unknown()));

/** What the servers received from one process: `inside` and `ipv6` were allowed, `outside` and `aws` were not. */
async function sent(sampler: string) {
  const script = fileURLToPath(new URL('./egress.fixture.ts', import.meta.url));
  const { stdout } = await execa(process.execPath, ['--import', '@trace-mesh/tracing/register', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { OTEL_SERVICE_NAME: 'test', OTEL_TRACES_EXPORTER: 'none', OTEL_TRACES_SAMPLER: sampler },
  });
  return Sent.parse(JSON.parse(stdout));
}

const OURS = /^(traceparent|tracestate|baggage|b3|x-(mcp|b3|request|trace)-.*|authorization)$/;
const oursIn = (headers: Record<string, unknown> = {}) =>
  Object.keys(headers)
    .filter((name) => OURS.test(name))
    .sort();
const ALL = ['baggage', 'traceparent', 'tracestate', 'x-mcp-tenant-id'];

describe.each(['always_on', 'always_off'])('with the sampler %s', async (sampler) => {
  const received = await sent(sampler);

  it.each(['fetch', 'http'])('%s sends context to allowed origins only', (client) => {
    expect(oursIn(received[`${client} inside`])).toEqual(ALL);
    expect(oursIn(received[`${client} outside`])).toEqual([]);
    expect(oursIn(received[`${client} inside again`])).toEqual(ALL);
  });

  it.each(['fetch', 'http'])(
    '%s replaces context that a gateway passes on, and removes it for other origins',
    (client) => {
      expect(received[`${client} gateway inside`]).toMatchObject({
        traceparent: expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-\w{16}-0[01]$/),
        tracestate: expect.not.stringContaining('stale'),
        baggage: 'customer=42',
        'x-mcp-tenant-id': 'acme',
        'x-kept': 'kept',
      });
      expect(oursIn(received[`${client} gateway inside`])).toEqual(ALL);
      expect(oursIn(received[`${client} gateway outside`])).toEqual([]);
      expect(received[`${client} gateway outside`]).toMatchObject({ 'x-kept': 'kept' });
    },
  );

  it('an IPv6 origin is the same with and without brackets, and in its long form', () => {
    const names = ['fetch ipv6', 'http ipv6', 'host without brackets', 'hostname without brackets'];
    for (const name of names) expect(oursIn(received[name]), name).toEqual(ALL);
  });

  it('node:http sends headers that are an array as they are, with the context', () => {
    expect(received.array).toMatchObject({ host: 'a.example', 'x-many': '1, 2', baggage: 'customer=42' });
    expect(received.array).not.toHaveProperty(['0']);
  });

  it('request options that a program keeps hold no context for the next call', () => {
    expect(oursIn(received.kept)).toEqual(ALL);
    expect(oursIn(received['kept again'])).toEqual(['traceparent']);
  });

  it('an AWS call carries the signature and no context', () => {
    expect(oursIn(received.aws)).toEqual(['authorization']);
  });
});

it.each([
  [{ protocol: 'https:', hostname: 'a.example', port: 8443 }, 'https://a.example:8443'],
  [{ host: 'a.example' }, 'http://a.example'],
  [{ hostname: 'a.example', host: 'b.example', port: '80' }, 'http://a.example:80'],
  [{ hostname: '::1', port: 1 }, 'http://[::1]:1'],
  [{ host: '[::1]', port: 1 }, 'http://[::1]:1'],
  [{ port: 1 }, 'http://localhost:1'],
  [{}, 'http://localhost'],
])('the destination of %j is %s', (request, url) => {
  expect(urlOf(request)).toBe(url);
});

/** Whether context is injected into a request to `url`. */
function isInjected(url: string): boolean {
  const propagator = withEgress(new W3CBaggagePropagator());
  const ctx = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: '1' } }));
  const carrier: Record<string, string> = {};
  setDestination(url);
  propagator.inject(ctx, carrier, defaultTextMapSetter);
  return 'baggage' in carrier;
}

it.each([
  ['http://one.example', 'http://ONE.example:80'],
  ['https://two.example:443/base?x', 'https://two.example'],
  ['http://ann:secret@three.example', 'http://three.example/path'],
  ['http://bücher.example', 'http://xn--bcher-kva.example'],
  ['http://[2001:DB8::1]:8080', 'http://[2001:db8:0:0::1]:8080'],
  ['ws://four.example', 'http://four.example'],
  ['wss://five.example', 'https://five.example:443'],
  ['http://six.example', 'ws://six.example'],
])('allowing %s allows %s', (allowed, url) => {
  allowOrigin(allowed);
  expect(isInjected(url)).toBe(true);
});

it.each([
  'https://one.example',
  'http://one.example:8080',
  'http://sub.one.example',
  'http://one.example.evil.example',
  'http://one.example@evil.example',
  'http://[2001:db8::1]',
  'data:text/plain,one.example',
  'not a URL',
])('allowing http://one.example does not allow %s', (url) => {
  allowOrigin('http://one.example');
  expect(isInjected(url)).toBe(false);
});

it.each(['', 'one.example', 'mailto:a@one.example', 'http://'])(
  'allowing %j is refused: it has no origin',
  (url) => {
    expect(() => allowOrigin(url)).toThrow('not an HTTP URL');
  },
);

it('a destination without an injection does not stop a later injection', async () => {
  const propagator = withEgress(new W3CBaggagePropagator());
  const ctx = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: '1' } }));
  const injected = () => {
    const carrier: Record<string, string> = {};
    propagator.inject(ctx, carrier, defaultTextMapSetter);
    return carrier;
  };
  setDestination('http://outside.example');
  expect(injected()).toEqual({});
  setDestination('http://outside.example');
  await Promise.resolve();
  expect(injected()).toEqual({ baggage: 'a=1' });
});

it('injection clears the fields of a carrier that already holds context, in any case', () => {
  const propagator = withEgress(new W3CBaggagePropagator());
  const carrier: Record<string, string> = { baggage: 'a=1', Baggage: 'b=2', BAGGAGE: 'c=3', other: 'x' };
  propagator.inject(ROOT_CONTEXT, carrier, defaultTextMapSetter);
  expect(carrier).toEqual({ other: 'x' });
});

it('injection leaves a carrier as it is while tracing is suppressed', () => {
  const propagator = withEgress(new W3CBaggagePropagator());
  const carrier = { baggage: 'a=1' };
  propagator.inject(suppressTracing(ROOT_CONTEXT), carrier, defaultTextMapSetter);
  expect(carrier).toEqual({ baggage: 'a=1' });
});
