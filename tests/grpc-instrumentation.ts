// grpc-js is patched at its first import in the process, so before any test file.
import { createRequire } from 'node:module';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { patchGrpc } from '@trace-mesh/tracing/testing';

/** A test file that makes gRPC spans sets its tracer provider here. */
export const grpcInstrumentation = new GrpcInstrumentation();
patchGrpc(grpcInstrumentation);
createRequire(import.meta.url)('@grpc/grpc-js');
