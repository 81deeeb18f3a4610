// Every way into the mesh: the suite runs the inputs of each.
import { grpcCalls } from './channels/grpc.ts';
import { httpHeaders } from './channels/http-headers.ts';
import { httpRequests } from './channels/http-requests.ts';
import { identity } from './channels/identity.ts';
import { mcp } from './channels/mcp.ts';
import { restBodies } from './channels/rest-bodies.ts';
import type { Channel } from './input.ts';

export const channels: Channel[] = [httpHeaders, httpRequests, identity, restBodies, mcp, grpcCalls];
