// A mesh to break: the embedded one with a trace backend that can fail, and what the checks look at it through.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Mesh, type MeshOptions, startMesh } from '@trace-mesh/embedded/mesh';
import { type Database, openDatabase } from '@trace-mesh/runtime/postgres';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { createLogger, type Logger } from '@trace-mesh/tracing/logger';
import { type ModelDouble, openModelDouble } from './model-double.ts';
import { openTraceBackend, type TraceBackend } from './trace-backend.ts';

type MeshProcess = Mesh['processes'] extends ReadonlyMap<string, infer P> ? P : never;

export interface ChaosMesh extends AsyncDisposable {
  endpoints: Endpoints;
  traceBackend: TraceBackend;
  model: ModelDouble;
  db: Database;
  sqs: SQSClient;
  /** For the clients of the load, which have much to say while the mesh is broken; it goes to a file. */
  logger: Logger;
  /** Every service, by name. */
  services: ReadonlyMap<string, MeshProcess>;
  /** Any process, service or part. Throws for one that there is not. */
  process(name: string): MeshProcess;
  /** Rejects when a process dies unasked. */
  failed: Promise<never>;
}

type ChaosMeshOptions = Pick<MeshOptions, 'onProgress' | 'signal' | 'backends' | 'env' | 'scale'>;

export async function openChaosMesh(options: ChaosMeshOptions = {}): Promise<ChaosMesh> {
  await using opened = new AsyncDisposableStack();
  const traceBackend = opened.use(await openTraceBackend());
  // The variable for traces alone wins over the one that the mesh gives its services.
  const env = { ...options.env, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traceBackend.url };
  const mesh = opened.use(await startMesh({ ...options, env }));
  traceBackend.passOnTo(mesh.endpoints.otlp);
  const log = createWriteStream(join(mesh.logDir, 'agents.log'));
  opened.defer(() => void log.end());
  const logger = createLogger(log);
  const worker = mesh.processes.get('worker')?.spec.env ?? {};
  const { DATABASE_URL = '' } = worker;
  const db = opened.use(openDatabase(DATABASE_URL, logger));
  const sqs = opened.adopt(openQueue(worker), (client) => client.destroy());
  const model = openModelDouble(mesh.endpoints.bedrock);
  await model.behave({});
  const services = new Map([...mesh.processes].filter(([, { spec }]) => spec.cwd.startsWith('services/')));
  const all = opened.move();
  return {
    endpoints: mesh.endpoints,
    traceBackend,
    model,
    db,
    sqs,
    logger,
    services,
    process(name) {
      const found = mesh.processes.get(name);
      if (!found) throw new Error(`the mesh has no process ${name}`);
      return found;
    },
    failed: mesh.failed,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** With the keys of the worker: LocalStack reads the account from them. */
function openQueue({
  SQS_ENDPOINT: endpoint = '',
  AWS_REGION: region = '',
  AWS_ACCESS_KEY_ID: accessKeyId = '',
  AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
}: Record<string, string>): SQSClient {
  const credentials = { accessKeyId, secretAccessKey };
  return new SQSClient({ endpoint, useQueueUrlAsEndpoint: false, region, credentials });
}
