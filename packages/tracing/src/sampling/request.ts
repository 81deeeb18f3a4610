// A caller may ask that its request be traced whatever the ratio: `X-B3-Sampled: 1`. Like every header it is a claim, read
// before anyone can authenticate, so the credentials lie beside it and the sampler asks who may, where the span starts.
import {
  type Context,
  createContextKey,
  ROOT_CONTEXT,
  type TextMapGetter,
  type TextMapPropagator,
} from '@opentelemetry/api';
import type { Trust } from '../context/trust.ts';
import { checkTrust, getCallerTrust, withCallerTrust } from './callers.ts';

interface SamplingRequest {
  /** The caller sent `X-B3-Sampled: 1`. */
  force: boolean;
  /** Its `Authorization` header, for the one who checks. */
  authorization: string | undefined;
}

const REQUEST = createContextKey('trace-mesh.sampling-request');

/** Reads wish and credentials; injects nothing, since inside the mesh the sampled flag alone speaks. */
export class SamplingRequestPropagator implements TextMapPropagator {
  inject(): void {}

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    const force = first(getter.get(carrier, 'x-b3-sampled')) === '1';
    const authorization = first(getter.get(carrier, 'authorization'));
    if (!force && authorization === undefined) return ctx;
    return ctx.setValue(REQUEST, { force, authorization } satisfies SamplingRequest);
  }

  fields(): string[] {
    return [];
  }
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

const requestIn = (ctx: Context) => ctx.getValue(REQUEST) as SamplingRequest | undefined;

/** The trust in this context's caller: set with the context, or checked from its `Authorization` header. */
export function callerTrust(ctx: Context): Trust {
  return getCallerTrust(ctx) ?? checkTrust(requestIn(ctx)?.authorization);
}

/** Whether the caller asked to be sampled, and may. */
export function isForced(ctx: Context): boolean {
  return requestIn(ctx)?.force === true && callerTrust(ctx).mayForceSampling === true;
}

/** A root context that keeps only what the caller asked for: for work inside a request that has a parent of its own. */
export function rootWithSamplingRequest(ctx: Context): Context {
  const trust = getCallerTrust(ctx);
  const root = trust ? withCallerTrust(ROOT_CONTEXT, trust) : ROOT_CONTEXT;
  const request = requestIn(ctx);
  return request ? root.setValue(REQUEST, request) : root;
}
