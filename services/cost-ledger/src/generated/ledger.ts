import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { CostLedgerClient as _mesh_ledger_v1_CostLedgerClient, CostLedgerDefinition as _mesh_ledger_v1_CostLedgerDefinition } from './mesh/ledger/v1/CostLedger.ts';
import type { GetBudgetRequestInput as _mesh_ledger_v1_GetBudgetRequestInput, GetBudgetRequest as _mesh_ledger_v1_GetBudgetRequest } from './mesh/ledger/v1/GetBudgetRequest.ts';
import type { GetBudgetResponseInput as _mesh_ledger_v1_GetBudgetResponseInput, GetBudgetResponse as _mesh_ledger_v1_GetBudgetResponse } from './mesh/ledger/v1/GetBudgetResponse.ts';
import type { ReserveRequestInput as _mesh_ledger_v1_ReserveRequestInput, ReserveRequest as _mesh_ledger_v1_ReserveRequest } from './mesh/ledger/v1/ReserveRequest.ts';
import type { ReserveResponseInput as _mesh_ledger_v1_ReserveResponseInput, ReserveResponse as _mesh_ledger_v1_ReserveResponse } from './mesh/ledger/v1/ReserveResponse.ts';
import type { SettleRequestInput as _mesh_ledger_v1_SettleRequestInput, SettleRequest as _mesh_ledger_v1_SettleRequest } from './mesh/ledger/v1/SettleRequest.ts';
import type { SettleResponseInput as _mesh_ledger_v1_SettleResponseInput, SettleResponse as _mesh_ledger_v1_SettleResponse } from './mesh/ledger/v1/SettleResponse.ts';

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
        ReserveRequest: MessageTypeDefinition<_mesh_ledger_v1_ReserveRequestInput, _mesh_ledger_v1_ReserveRequest>
        ReserveResponse: MessageTypeDefinition<_mesh_ledger_v1_ReserveResponseInput, _mesh_ledger_v1_ReserveResponse>
        SettleRequest: MessageTypeDefinition<_mesh_ledger_v1_SettleRequestInput, _mesh_ledger_v1_SettleRequest>
        SettleResponse: MessageTypeDefinition<_mesh_ledger_v1_SettleResponseInput, _mesh_ledger_v1_SettleResponse>
      }
    }
  }
}

