// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface NegotiateRequestInput {
  'tenantId'?: (string);
  'taskId'?: (string);
  'offerMicroUsd'?: (number | string | Long);
  'final'?: (boolean);
}

export interface NegotiateRequest {
  'tenantId': (string);
  'taskId': (string);
  'offerMicroUsd': (number);
  'final': (boolean);
}
