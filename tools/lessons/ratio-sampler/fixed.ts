// The start of a service in the middle of a trace: configures its sampler before the SDK loads. With the ratio 0 the lesson has the
// same result every time.
process.env.OTEL_TRACES_SAMPLER = 'parentbased_traceidratio'; // ← follows the parent's decision
process.env.OTEL_TRACES_SAMPLER_ARG = '0';
await import('@trace-mesh/tracing/register');

const { serveGateway } = await import('./gateway.ts');
await serveGateway();
