// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchSpendResponseInput {
  'spentMicroUsd'?: (number | string | Long);
  'remainingMicroUsd'?: (number | string | Long);
}

export interface WatchSpendResponse {
  'spentMicroUsd': (number);
  'remainingMicroUsd': (number);
}
