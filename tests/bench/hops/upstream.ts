// Preload: OpenTelemetry's SDK with its defaults (W3C trace context and baggage), without instrumentations and export.
import { NodeSDK } from '@opentelemetry/sdk-node';

const ignore = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
new NodeSDK({ instrumentations: [], spanProcessors: [ignore], autoDetectResources: false }).start();
