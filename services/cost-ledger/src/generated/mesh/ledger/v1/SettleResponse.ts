// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface SettleResponseInput {
  'spentMicroUsd'?: (number | string | Long);
  'remainingMicroUsd'?: (number | string | Long);
}

export interface SettleResponse {
  'spentMicroUsd': (number);
  'remainingMicroUsd': (number);
}
