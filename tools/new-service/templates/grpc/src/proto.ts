// The service definition from `proto/__name__.proto`. `pnpm gen` generates its types into generated/.
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ProtoGrpcType } from './generated/__name__.ts';

const PROTO = fileURLToPath(new URL('../proto/__name__.proto', import.meta.url));

/** The package definition, with the file descriptors that reflection serves. */
export const definition = loadSync(PROTO, { longs: Number, defaults: true });

const loaded = grpc.loadPackageDefinition(definition) as unknown;

/** Client constructor and service definition of `mesh.__snake__.v1.__Name__`. */
export const { __Name__ } = (loaded as ProtoGrpcType).mesh.__snake__.v1;

/** The full name, also in the health service. */
export const SERVICE_NAME = 'mesh.__snake__.v1.__Name__';
