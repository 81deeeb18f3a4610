// Original file: proto/ledger.proto


export interface GetBudgetRequestInput {
  'tenantId'?: (string);
}

export interface GetBudgetRequest {
  'tenantId': (string);
}
