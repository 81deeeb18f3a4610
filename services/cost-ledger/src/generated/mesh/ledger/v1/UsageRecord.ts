// Original file: proto/ledger.proto

import type { Long } from '@grpc/proto-loader';

export interface UsageRecordInput {
  'recordId'?: (string);
  'taskId'?: (string);
  'model'?: (string);
  'inputTokens'?: (number | string | Long);
  'outputTokens'?: (number | string | Long);
  'costMicroUsd'?: (number | string | Long);
}

export interface UsageRecord {
  'recordId': (string);
  'taskId': (string);
  'model': (string);
  'inputTokens': (number);
  'outputTokens': (number);
  'costMicroUsd': (number);
}
