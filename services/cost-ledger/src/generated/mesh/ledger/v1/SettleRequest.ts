// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface SettleRequestInput {
  'taskId'?: (string);
  'costMicroUsd'?: (number | string | Long);
}

export interface SettleRequest {
  'taskId': (string);
  'costMicroUsd': (number);
}
