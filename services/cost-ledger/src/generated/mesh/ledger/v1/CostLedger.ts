// Original file: proto/ledger.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetBudgetRequestInput as _mesh_ledger_v1_GetBudgetRequestInput, GetBudgetRequest as _mesh_ledger_v1_GetBudgetRequest } from '../../../mesh/ledger/v1/GetBudgetRequest.ts';
import type { GetBudgetResponseInput as _mesh_ledger_v1_GetBudgetResponseInput, GetBudgetResponse as _mesh_ledger_v1_GetBudgetResponse } from '../../../mesh/ledger/v1/GetBudgetResponse.ts';
import type { ReserveRequestInput as _mesh_ledger_v1_ReserveRequestInput, ReserveRequest as _mesh_ledger_v1_ReserveRequest } from '../../../mesh/ledger/v1/ReserveRequest.ts';
import type { ReserveResponseInput as _mesh_ledger_v1_ReserveResponseInput, ReserveResponse as _mesh_ledger_v1_ReserveResponse } from '../../../mesh/ledger/v1/ReserveResponse.ts';
import type { SettleRequestInput as _mesh_ledger_v1_SettleRequestInput, SettleRequest as _mesh_ledger_v1_SettleRequest } from '../../../mesh/ledger/v1/SettleRequest.ts';
import type { SettleResponseInput as _mesh_ledger_v1_SettleResponseInput, SettleResponse as _mesh_ledger_v1_SettleResponse } from '../../../mesh/ledger/v1/SettleResponse.ts';

export interface CostLedgerClient extends grpc.Client {
  GetBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  GetBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  GetBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  GetBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  getBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  getBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, metadata: grpc.Metadata, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  getBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, options: grpc.CallOptions, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  getBudget(argument: _mesh_ledger_v1_GetBudgetRequestInput, callback: grpc.requestCallback<_mesh_ledger_v1_GetBudgetResponse>): grpc.ClientUnaryCall;
  
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
  
}

export interface CostLedgerHandlers extends grpc.UntypedServiceImplementation {
  GetBudget: grpc.handleUnaryCall<_mesh_ledger_v1_GetBudgetRequest, _mesh_ledger_v1_GetBudgetResponseInput>;
  
  Reserve: grpc.handleUnaryCall<_mesh_ledger_v1_ReserveRequest, _mesh_ledger_v1_ReserveResponseInput>;
  
  Settle: grpc.handleUnaryCall<_mesh_ledger_v1_SettleRequest, _mesh_ledger_v1_SettleResponseInput>;
  
}

export interface CostLedgerDefinition extends grpc.ServiceDefinition {
  GetBudget: MethodDefinition<_mesh_ledger_v1_GetBudgetRequestInput, _mesh_ledger_v1_GetBudgetResponseInput, _mesh_ledger_v1_GetBudgetRequest, _mesh_ledger_v1_GetBudgetResponse>
  Reserve: MethodDefinition<_mesh_ledger_v1_ReserveRequestInput, _mesh_ledger_v1_ReserveResponseInput, _mesh_ledger_v1_ReserveRequest, _mesh_ledger_v1_ReserveResponse>
  Settle: MethodDefinition<_mesh_ledger_v1_SettleRequestInput, _mesh_ledger_v1_SettleResponseInput, _mesh_ledger_v1_SettleRequest, _mesh_ledger_v1_SettleResponse>
}
