// A caller may ask that its request be traced whatever the ratio: `X-B3-Sampled: 1`. Like every header it is a claim, read
// before anyone can authenticate, so the credentials lie beside it and the sampler asks who may, where the span starts.
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Context,
  createContextKey,
  ROOT_CONTEXT,
  type TextMapGetter,
  type TextMapPropagator,
} from '@opentelemetry/api';

export interface SamplingRequest {
  /** The caller sent `X-B3-Sampled: 1`. */
  force: boolean;
  /** Its `Authorization` header, for the one who checks. */
  credentials: string | undefined;
}

const REQUEST = createContextKey('trace-mesh.sampling-request');

/** Reads the wish; injects nothing, since inside the mesh the sampled flag alone speaks. */
export class SamplingRequestPropagator implements TextMapPropagator {
  inject(): void {}

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    if (first(getter.get(carrier, 'x-b3-sampled')) !== '1') return ctx;
    const credentials = first(getter.get(carrier, 'authorization'));
    return ctx.setValue(REQUEST, { force: true, credentials } satisfies SamplingRequest);
  }

  fields(): string[] {
    return [];
  }
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** What the caller of this context asked for, if it asked. */
export function getSamplingRequest(ctx: Context): SamplingRequest | undefined {
  return ctx.getValue(REQUEST) as SamplingRequest | undefined;
}

/** A root context that keeps only what the caller asked for: for work inside a request that has a parent of its own. */
export function rootWithSamplingRequest(ctx: Context): Context {
  const request = getSamplingRequest(ctx);
  return request ? ROOT_CONTEXT.setValue(REQUEST, request) : ROOT_CONTEXT;
}

/** Decides synchronously whether these credentials may force sampling. */
export type ForceCheck = (credentials: string | undefined) => boolean;

/** Authorises `Bearer <token>`, compared in constant time; without a token nobody is. */
export function bearerCheck(token: string | undefined): ForceCheck {
  if (!token) return () => false;
  const expected = digest(`Bearer ${token}`);
  return (credentials) => credentials !== undefined && timingSafeEqual(digest(credentials), expected);
}

const digest = (text: string) => createHash('sha256').update(text).digest();
