// `npm run redrive`: moves dead letters back to their queue, so that the worker retries them.
import { Command } from 'commander';
import { wholeNumber } from './command-line.ts';

const options = new Command('npm run redrive --')
  .description(
    'Move dead letters back to their queue. Each is processed again in the trace in which it was sent.',
  )
  .option('--queue <name>', 'the queue to move them to', 'tasks')
  .option('--max <count>', 'move at most this many', wholeNumber(1))
  .option('--containing <text>', 'only messages whose body contains this text, such as a task id')
  .option('--sqs <url>', "the SQS endpoint (default: the running mesh's)")
  .option('--otlp <url>', "the OTLP endpoint (default: the running mesh's)")
  .addHelpText(
    'after',
    "\nAWS's own redrive works too, without spans, but needs the destination:" +
      '\n  aws sqs start-message-move-task --source-arn <dead letters> --destination-arn <queue>' +
      '\n\nExit codes: 0 moved (even if there was none), 1 SQS did not answer or no mesh runs, 2 usage',
  )
  .showHelpAfterError('see --help')
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ queue: string; max?: number; containing?: string; sqs?: string; otlp?: string }>();

async function addresses(): Promise<{ sqs: string; otlp?: string | undefined }> {
  if (options.sqs) return { sqs: options.sqs, otlp: options.otlp };
  const { findRunningMesh } = await import('@trace-mesh/embedded/mesh');
  const mesh = await findRunningMesh();
  if (!mesh) throw new Error('no mesh runs in this checkout: name its queue with --sqs URL');
  return { sqs: mesh.endpoints.sqs, otlp: options.otlp ?? mesh.endpoints.otlp };
}

/** Returns the line to print. The OpenTelemetry SDK has to load before the library that it patches. */
async function moveBack(sqsUrl: string): Promise<string> {
  await import('@trace-mesh/tracing/register');
  const { findQueue, openSqs } = await import('@trace-mesh/runtime/sqs-client');
  const { redrive } = await import('@trace-mesh/runtime/sqs-redrive');
  const { shutdownTelemetry } = await import('@trace-mesh/tracing/lifecycle');
  using sqs = openSqs(sqsUrl);
  try {
    const queue = await findQueue(sqs, options.queue);
    const { deadLetters } = queue;
    if (!deadLetters) throw new Error(`${queue.name}: no dead-letter queue (set its RedrivePolicy)`);
    const moved = await redrive(sqs, deadLetters, queue, {
      ...(options.max !== undefined && { max: options.max }),
      only: (body) => body.includes(options.containing ?? ''),
    });
    return `moved ${moved} ${moved === 1 ? 'message' : 'messages'} from ${deadLetters.name} to ${queue.name}`;
  } finally {
    await shutdownTelemetry();
  }
}

try {
  const { sqs, otlp } = await addresses();
  process.env.OTEL_SERVICE_NAME ??= 'redrive';
  if (otlp) process.env.OTEL_EXPORTER_OTLP_ENDPOINT ??= otlp;
  else process.env.OTEL_SDK_DISABLED ??= 'true';
  process.env.AWS_REGION ??= 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID ??= 'redrive';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'redrive';
  console.log(await moveBack(sqs));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
