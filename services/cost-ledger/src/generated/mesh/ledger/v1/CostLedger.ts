// Original file: proto/ledger.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetBudgetRequestInput as _mesh_ledger_v1_GetBudgetRequestInput, GetBudgetRequest as _mesh_ledger_v1_GetBudgetRequest } from '../../../mesh/ledger/v1/GetBudgetRequest.ts';
import type { GetBudgetResponseInput as _mesh_ledger_v1_GetBudgetResponseInput, GetBudgetResponse as _mesh_ledger_v1_GetBudgetResponse } from '../../../mesh/ledger/v1/GetBudgetResponse.ts';
import type { NegotiateRequestInput as _mesh_ledger_v1_NegotiateRequestInput, NegotiateRequest as _mesh_ledger_v1_NegotiateRequest } from '../../../mesh/ledger/v1/NegotiateRequest.ts';
import type { NegotiateResponseInput as _mesh_ledger_v1_NegotiateResponseInput, NegotiateResponse as _mesh_ledger_v1_NegotiateResponse } from '../../../mesh/ledger/v1/NegotiateResponse.ts';
import type { RecordUsageRequestInput as _mesh_ledger_v1_RecordUsageRequestInput, RecordUsageRequest as _mesh_ledger_v1_RecordUsageRequest } from '../../../mesh/ledger/v1/RecordUsageRequest.ts';
import type { RecordUsageResponseInput as _mesh_ledger_v1_RecordUsageResponseInput, RecordUsageResponse as _mesh_ledger_v1_RecordUsageResponse } from '../../../mesh/ledger/v1/RecordUsageResponse.ts';
import type { ReserveRequestInput as _mesh_ledger_v1_ReserveRequestInput, ReserveRequest as _mesh_ledger_v1_ReserveRequest } from '../../../mesh/ledger/v1/ReserveRequest.ts';
import type { ReserveResponseInput as _mesh_ledger_v1_ReserveResponseInput, ReserveResponse as _mesh_ledger_v1_ReserveResponse } from '../../../mesh/ledger/v1/ReserveResponse.ts';
import type { SettleRequestInput as _mesh_ledger_v1_SettleRequestInput, SettleRequest as _mesh_ledger_v1_SettleRequest } from '../../../mesh/ledger/v1/SettleRequest.ts';
import type { SettleResponseInput as _mesh_ledger_v1_SettleResponseInput, SettleResponse as _mesh_ledger_v1_SettleResponse } from '../../../mesh/ledger/v1/SettleResponse.ts';
import type { WatchSpendRequestInput as _mesh_ledger_v1_WatchSpendRequestInput, WatchSpendRequest as _mesh_ledger_v1_WatchSpendRequest } from '../../../mesh/ledger/v1/WatchSpendRequest.ts';
import type { WatchSpendResponseInput as _mesh_ledger_v1_WatchSpendResponseInput, WatchSpendResponse as _mesh_ledger_v1_WatchSpendResponse } from '../../../mesh/ledger/v1/WatchSpendResponse.ts';

export interface CostLedgerClient extends grpc.Client {
  GetBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  GetBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  GetBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  GetBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  getBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  getBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  getBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  getBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  
  Negotiate(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_mesh_ledger_v1_NegotiateRequestInput, _mesh_ledger_v1_NegotiateResponse>;
  Negotiate(options?: grpc.CallOptions): grpc.ClientDuplexStream<_mesh_ledger_v1_NegotiateRequestInput, _mesh_ledger_v1_NegotiateResponse>;
  negotiate(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_mesh_ledger_v1_NegotiateRequestInput, _mesh_ledger_v1_NegotiateResponse>;
  negotiate(options?: grpc.CallOptions): grpc.ClientDuplexStream<_mesh_ledger_v1_NegotiateRequestInput, _mesh_ledger_v1_NegotiateResponse>;
  
  RecordUsage(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_RecordUsageResponse>): grpc.ClientWritableStream<_mesh_ledger_v1_RecordUsageRequestInput>;
  RecordUsage(metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_RecordUsageResponse>): grpc.ClientWritableStream<_mesh_ledger_v1_RecordUsageRequestInput>;
  RecordUsage(options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_RecordUsageResponse>): grpc.ClientWritableStream<_mesh_ledger_v1_RecordUsageRequestInput>;
  RecordUsage(callback: grpc.requestCallback<_mesh_ledger_v1_RecordUsageResponse>): grpc.ClientWritableStream<_mesh_ledger_v1_RecordUsageRequestInput>;
  recordUsage(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_RecordUsageResponse>): grpc.ClientWritableStream<_mesh_ledger_v1_RecordUsageRequestInput>;
  recordUsage(metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_RecordUsageResponse>): grpc.ClientWritableStream<_mesh_ledger_v1_RecordUsageRequestInput>;
  recordUsage(options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_RecordUsageResponse>): grpc.ClientWritableStream<_mesh_ledger_v1_RecordUsageRequestInput>;
  recordUsage(callback: grpc.requestCallback<_mesh_ledger_v1_RecordUsageResponse>): grpc.ClientWritableStream<_mesh_ledger_v1_RecordUsageRequestInput>;
  
  Reserve(argument: _mesh_ledger_v1_ReserveRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_ReserveResponse>): grpc.ClientUnaryCall;
  Reserve(argument: _mesh_ledger_v1_ReserveRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_ReserveResponse>): grpc.ClientUnaryCall;
  Reserve(argument: _mesh_ledger_v1_ReserveRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_ReserveResponse>): grpc.ClientUnaryCall;
  Reserve(argument: _mesh_ledger_v1_ReserveRequestInput, callback: grpc.requestCallback<_mesh_ledger_v1_ReserveResponse>): grpc.ClientUnaryCall;
  reserve(argument: _mesh_ledger_v1_ReserveRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_ReserveResponse>): grpc.ClientUnaryCall;
  reserve(argument: _mesh_ledger_v1_ReserveRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_ReserveResponse>): grpc.ClientUnaryCall;
  reserve(argument: _mesh_ledger_v1_ReserveRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_ReserveResponse>): grpc.ClientUnaryCall;
  reserve(argument: _mesh_ledger_v1_ReserveRequestInput, callback: grpc.requestCallback<_mesh_ledger_v1_ReserveResponse>): grpc.ClientUnaryCall;
  
  Settle(argument: _mesh_ledger_v1_SettleRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_SettleResponse>): grpc.ClientUnaryCall;
  Settle(argument: _mesh_ledger_v1_SettleRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_SettleResponse>): grpc.ClientUnaryCall;
  Settle(argument: _mesh_ledger_v1_SettleRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_SettleResponse>): grpc.ClientUnaryCall;
  Settle(argument: _mesh_ledger_v1_SettleRequestInput, callback: grpc.requestCallback<_mesh_ledger_v1_SettleResponse>): grpc.ClientUnaryCall;
  settle(argument: _mesh_ledger_v1_SettleRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_SettleResponse>): grpc.ClientUnaryCall;
  settle(argument: _mesh_ledger_v1_SettleRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_SettleResponse>): grpc.ClientUnaryCall;
  settle(argument: _mesh_ledger_v1_SettleRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_SettleResponse>): grpc.ClientUnaryCall;
  settle(argument: _mesh_ledger_v1_SettleRequestInput, callback: grpc.requestCallback<_mesh_ledger_v1_SettleResponse>): grpc.ClientUnaryCall;
  
  WatchSpend(argument: _mesh_ledger_v1_WatchSpendRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_mesh_ledger_v1_WatchSpendResponse>;
  WatchSpend(argument: _mesh_ledger_v1_WatchSpendRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_mesh_ledger_v1_WatchSpendResponse>;
  watchSpend(argument: _mesh_ledger_v1_WatchSpendRequestInput, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_mesh_ledger_v1_WatchSpendResponse>;
  watchSpend(argument: _mesh_ledger_v1_WatchSpendRequestInput, options?: grpc.CallOptions): grpc.ClientReadableStream<_mesh_ledger_v1_WatchSpendResponse>;
  
}

export interface CostLedgerHandlers extends grpc.UntypedServiceImplementation {
  GetBudget: grpc.handleUnaryCall<_mesh_ledger_v1_GetBudgetRequest, _mesh_ledger_v1_GetBudgetResponseInput>;
  
  Negotiate: grpc.handleBidiStreamingCall<_mesh_ledger_v1_NegotiateRequest, _mesh_ledger_v1_NegotiateResponseInput>;
  
  RecordUsage: grpc.handleClientStreamingCall<_mesh_ledger_v1_RecordUsageRequest, _mesh_ledger_v1_RecordUsageResponseInput>;
  
  Reserve: grpc.handleUnaryCall<_mesh_ledger_v1_ReserveRequest, _mesh_ledger_v1_ReserveResponseInput>;
  
  Settle: grpc.handleUnaryCall<_mesh_ledger_v1_SettleRequest, _mesh_ledger_v1_SettleResponseInput>;
  
  WatchSpend: grpc.handleServerStreamingCall<_mesh_ledger_v1_WatchSpendRequest, _mesh_ledger_v1_WatchSpendResponseInput>;
  
}

export interface CostLedgerDefinition extends grpc.ServiceDefinition {
  GetBudget: MethodDefinition<_mesh_ledger_v1_GetBudgetRequestInput, _mesh_ledger_v1_GetBudgetResponseInput, _mesh_ledger_v1_GetBudgetRequest, _mesh_ledger_v1_GetBudgetResponse>
  Negotiate: MethodDefinition<_mesh_ledger_v1_NegotiateRequestInput, _mesh_ledger_v1_NegotiateResponseInput, _mesh_ledger_v1_NegotiateRequest, _mesh_ledger_v1_NegotiateResponse>
  RecordUsage: MethodDefinition<_mesh_ledger_v1_RecordUsageRequestInput, _mesh_ledger_v1_RecordUsageResponseInput, _mesh_ledger_v1_RecordUsageRequest, _mesh_ledger_v1_RecordUsageResponse>
  Reserve: MethodDefinition<_mesh_ledger_v1_ReserveRequestInput, _mesh_ledger_v1_ReserveResponseInput, _mesh_ledger_v1_ReserveRequest, _mesh_ledger_v1_ReserveResponse>
  Settle: MethodDefinition<_mesh_ledger_v1_SettleRequestInput, _mesh_ledger_v1_SettleResponseInput, _mesh_ledger_v1_SettleRequest, _mesh_ledger_v1_SettleResponse>
  WatchSpend: MethodDefinition<_mesh_ledger_v1_WatchSpendRequestInput, _mesh_ledger_v1_WatchSpendResponseInput, _mesh_ledger_v1_WatchSpendRequest, _mesh_ledger_v1_WatchSpendResponse>
}
