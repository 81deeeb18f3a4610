// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface ReserveRequestInput {
  'tenantId'?: (string);
  'taskId'?: (string);
  'amountMicroUsd'?: (number | string | Long);
}

export interface ReserveRequest {
  'tenantId': (string);
  'taskId': (string);
  'amountMicroUsd': (number);
}
