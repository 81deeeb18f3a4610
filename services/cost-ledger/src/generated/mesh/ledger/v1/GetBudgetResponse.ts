// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface GetBudgetResponseInput {
  'spentMicroUsd'?: (number | string | Long);
  'remainingMicroUsd'?: (number | string | Long);
}

export interface GetBudgetResponse {
  'spentMicroUsd': (number);
  'remainingMicroUsd': (number);
}
