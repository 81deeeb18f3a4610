// All channels into the mesh with their hostile inputs.
import { bedrock } from './channels/bedrock.ts';
import { grpcCalls } from './channels/grpc.ts';
import { httpHeaders } from './channels/http-headers.ts';
import { httpRequests } from './channels/http-requests.ts';
import { identity } from './channels/identity.ts';
import { limits } from './channels/limits.ts';
import { mcp } from './channels/mcp.ts';
import { restBodies } from './channels/rest-bodies.ts';
import { sqs } from './channels/sqs.ts';
import { wsFrames } from './channels/ws-frames.ts';
import { wsHandshake } from './channels/ws-handshake.ts';
import { wsJson } from './channels/ws-json.ts';
import { wsProtocol } from './channels/ws-protocol.ts';
import type { Channel } from './input.ts';

export const channels: Channel[] = [
  httpHeaders,
  httpRequests,
  identity,
  restBodies,
  mcp,
  grpcCalls,
  wsHandshake,
  wsProtocol,
  wsJson,
  wsFrames,
  sqs,
  bedrock,
  limits,
];
