// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface NegotiateResponseInput {
  'holdsMicroUsd'?: (number | string | Long);
  'reserved'?: (boolean);
  'remainingMicroUsd'?: (number | string | Long);
}

export interface NegotiateResponse {
  'holdsMicroUsd': (number);
  'reserved': (boolean);
  'remainingMicroUsd': (number);
}
