// Routes of express before 5.3, which publishes no channel: the settings of the stock instrumentation.
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { loadSdk } from '../sdk/cjs.ts';

/** Express sets the route of the server span; a span for each middleware adds nothing. */
const ALL_LAYERS = ['router', 'middleware', 'request_handler'] as ExpressLayerType[];

/** The instrumentation of these versions only. */
export function stockRoutes(): Instrumentation {
  const { ExpressInstrumentation } = loadSdk('instrumentation-express');
  const express = new ExpressInstrumentation({ ignoreLayersType: ALL_LAYERS });
  const { _modules: modules } = express as unknown as { _modules: { supportedVersions: string[] }[] };
  for (const module of modules) module.supportedVersions = ['>=4.0.0 <5.3.0'];
  return express;
}
