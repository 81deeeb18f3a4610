// Server reflection (v1 and v1alpha), from which tools such as `buf curl` and grpcurl read the services.
import type * as grpc from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as HEALTH_PROTO } from 'grpc-health-check';

/** Adds reflection to `server`: the services of `definition`, as proto-loader loaded them, and the health service. */
export function addReflection(server: grpc.Server, definition: PackageDefinition): void {
  new ReflectionService({ ...loadSync(HEALTH_PROTO), ...definition }).addToServer(server);
}
