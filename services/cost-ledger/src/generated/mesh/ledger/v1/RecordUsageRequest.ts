// Original file: proto/ledger.proto

import type { UsageRecordInput as _mesh_ledger_v1_UsageRecordInput, UsageRecord as _mesh_ledger_v1_UsageRecord } from '../../../mesh/ledger/v1/UsageRecord.ts';
import type { Long } from '@grpc/proto-loader';

export interface RecordUsageRequestInput {
  'record'?: (_mesh_ledger_v1_UsageRecordInput | null);
  'total'?: (number | string | Long);
}

export interface RecordUsageRequest {
  'record': (_mesh_ledger_v1_UsageRecord | null);
  'total': (number);
}
