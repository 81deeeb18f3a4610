// `X-B3-Sampled: 1` requests sampling whatever the ratio. Headers are read before authentication, so the credentials are kept
// beside the request, and the sampler checks them when the span starts.
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
  /** Its `Authorization` header, to be checked by the sampler. */
  authorization: string | undefined;
}

const REQUEST = createContextKey('trace-mesh.sampling-request');

/** Reads request and credentials. Injects nothing: inside the mesh the sampled flag carries the decision. */
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

/** Whether the caller requested sampling and is authorized to. */
export function isForced(ctx: Context): boolean {
  return requestIn(ctx)?.force === true && callerTrust(ctx).mayForceSampling === true;
}

/** A root context with only the sampling request and trust of `ctx`: for work inside a request with a different parent. */
export function rootWithSamplingRequest(ctx: Context): Context {
  const trust = getCallerTrust(ctx);
  const root = trust ? withCallerTrust(ROOT_CONTEXT, trust) : ROOT_CONTEXT;
  const request = requestIn(ctx);
  return request ? root.setValue(REQUEST, request) : root;
}
