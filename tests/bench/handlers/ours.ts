import { traceResponses } from '@trace-mesh/tracing/http';
import type { RequestHandler } from 'express';

/** Whether this process uses the functions of `@trace-mesh/tracing`; the libraries alone otherwise. */
export const ours = process.env.BENCH_OURS === 'true';

/** The middleware that every HTTP edge has with our tracing. */
export const middleware: RequestHandler[] = ours ? [traceResponses()] : [];
