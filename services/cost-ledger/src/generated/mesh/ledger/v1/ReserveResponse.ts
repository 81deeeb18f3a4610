// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface ReserveResponseInput {
  'remainingMicroUsd'?: (number | string | Long);
}

export interface ReserveResponse {
  'remainingMicroUsd': (number);
}
