// The start of a service in the middle of a trace: it says how the service samples, before the SDK is there to read it.
// The ratio stands for any small one; at nought the lesson comes out the same every time.
process.env.OTEL_TRACES_SAMPLER = 'parentbased_traceidratio'; // ← the parent decides, where there is one
process.env.OTEL_TRACES_SAMPLER_ARG = '0';
await import('@trace-mesh/tracing/register');

const { serveGateway } = await import('./gateway.ts');
await serveGateway();
