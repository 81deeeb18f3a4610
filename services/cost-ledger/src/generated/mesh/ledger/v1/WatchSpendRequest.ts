// Original file: proto/ledger.proto


export interface WatchSpendRequestInput {
  'tenantId'?: (string);
  'maxUpdates'?: (number);
}

export interface WatchSpendRequest {
  'tenantId': (string);
  'maxUpdates': (number);
}
