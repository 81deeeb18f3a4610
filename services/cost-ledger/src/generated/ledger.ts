import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { CostLedgerClient as _mesh_ledger_v1_CostLedgerClient, CostLedgerDefinition as _mesh_ledger_v1_CostLedgerDefinition } from './mesh/ledger/v1/CostLedger.ts';
import type { GetBudgetRequestInput as _mesh_ledger_v1_GetBudgetRequestInput, GetBudgetRequest as _mesh_ledger_v1_GetBudgetRequest } from './mesh/ledger/v1/GetBudgetRequest.ts';
import type { GetBudgetResponseInput as _mesh_ledger_v1_GetBudgetResponseInput, GetBudgetResponse as _mesh_ledger_v1_GetBudgetResponse } from './mesh/ledger/v1/GetBudgetResponse.ts';
import type { NegotiateRequestInput as _mesh_ledger_v1_NegotiateRequestInput, NegotiateRequest as _mesh_ledger_v1_NegotiateRequest } from './mesh/ledger/v1/NegotiateRequest.ts';
import type { NegotiateResponseInput as _mesh_ledger_v1_NegotiateResponseInput, NegotiateResponse as _mesh_ledger_v1_NegotiateResponse } from './mesh/ledger/v1/NegotiateResponse.ts';
import type { RecordUsageRequestInput as _mesh_ledger_v1_RecordUsageRequestInput, RecordUsageRequest as _mesh_ledger_v1_RecordUsageRequest } from './mesh/ledger/v1/RecordUsageRequest.ts';
import type { RecordUsageResponseInput as _mesh_ledger_v1_RecordUsageResponseInput, RecordUsageResponse as _mesh_ledger_v1_RecordUsageResponse } from './mesh/ledger/v1/RecordUsageResponse.ts';
import type { ReserveRequestInput as _mesh_ledger_v1_ReserveRequestInput, ReserveRequest as _mesh_ledger_v1_ReserveRequest } from './mesh/ledger/v1/ReserveRequest.ts';
import type { ReserveResponseInput as _mesh_ledger_v1_ReserveResponseInput, ReserveResponse as _mesh_ledger_v1_ReserveResponse } from './mesh/ledger/v1/ReserveResponse.ts';
import type { SettleRequestInput as _mesh_ledger_v1_SettleRequestInput, SettleRequest as _mesh_ledger_v1_SettleRequest } from './mesh/ledger/v1/SettleRequest.ts';
import type { SettleResponseInput as _mesh_ledger_v1_SettleResponseInput, SettleResponse as _mesh_ledger_v1_SettleResponse } from './mesh/ledger/v1/SettleResponse.ts';
import type { UsageRecordInput as _mesh_ledger_v1_UsageRecordInput, UsageRecord as _mesh_ledger_v1_UsageRecord } from './mesh/ledger/v1/UsageRecord.ts';
import type { WatchSpendRequestInput as _mesh_ledger_v1_WatchSpendRequestInput, WatchSpendRequest as _mesh_ledger_v1_WatchSpendRequest } from './mesh/ledger/v1/WatchSpendRequest.ts';
import type { WatchSpendResponseInput as _mesh_ledger_v1_WatchSpendResponseInput, WatchSpendResponse as _mesh_ledger_v1_WatchSpendResponse } from './mesh/ledger/v1/WatchSpendResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  mesh: {
    ledger: {
      v1: {
        CostLedger: SubtypeConstructor<typeof grpc.Client, _mesh_ledger_v1_CostLedgerClient> & { service: _mesh_ledger_v1_CostLedgerDefinition }
        GetBudgetRequest: MessageTypeDefinition<_mesh_ledger_v1_GetBudgetRequestInput, _mesh_ledger_v1_GetBudgetRequest>
        GetBudgetResponse: MessageTypeDefinition<_mesh_ledger_v1_GetBudgetResponseInput, _mesh_ledger_v1_GetBudgetResponse>
        NegotiateRequest: MessageTypeDefinition<_mesh_ledger_v1_NegotiateRequestInput, _mesh_ledger_v1_NegotiateRequest>
        NegotiateResponse: MessageTypeDefinition<_mesh_ledger_v1_NegotiateResponseInput, _mesh_ledger_v1_NegotiateResponse>
        RecordUsageRequest: MessageTypeDefinition<_mesh_ledger_v1_RecordUsageRequestInput, _mesh_ledger_v1_RecordUsageRequest>
        RecordUsageResponse: MessageTypeDefinition<_mesh_ledger_v1_RecordUsageResponseInput, _mesh_ledger_v1_RecordUsageResponse>
        ReserveRequest: MessageTypeDefinition<_mesh_ledger_v1_ReserveRequestInput, _mesh_ledger_v1_ReserveRequest>
        ReserveResponse: MessageTypeDefinition<_mesh_ledger_v1_ReserveResponseInput, _mesh_ledger_v1_ReserveResponse>
        SettleRequest: MessageTypeDefinition<_mesh_ledger_v1_SettleRequestInput, _mesh_ledger_v1_SettleRequest>
        SettleResponse: MessageTypeDefinition<_mesh_ledger_v1_SettleResponseInput, _mesh_ledger_v1_SettleResponse>
        UsageRecord: MessageTypeDefinition<_mesh_ledger_v1_UsageRecordInput, _mesh_ledger_v1_UsageRecord>
        WatchSpendRequest: MessageTypeDefinition<_mesh_ledger_v1_WatchSpendRequestInput, _mesh_ledger_v1_WatchSpendRequest>
        WatchSpendResponse: MessageTypeDefinition<_mesh_ledger_v1_WatchSpendResponseInput, _mesh_ledger_v1_WatchSpendResponse>
      }
    }
  }
}

