// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface RecordUsageResponseInput {
  'records'?: (number | string | Long);
  'stored'?: (number | string | Long);
  'inputTokens'?: (number | string | Long);
  'outputTokens'?: (number | string | Long);
  'costMicroUsd'?: (number | string | Long);
}

export interface RecordUsageResponse {
  'records': (number);
  'stored': (number);
  'inputTokens': (number);
  'outputTokens': (number);
  'costMicroUsd': (number);
}
