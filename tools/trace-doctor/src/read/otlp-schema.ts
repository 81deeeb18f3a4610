// The part of OTLP's protobuf schema (1.10) that carries spans, without comments:
// https://github.com/open-telemetry/opentelemetry-proto, opentelemetry/proto/{common,resource,trace}/v1
import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message AnyValue {
    oneof value {
      string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
      ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
    }
  }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message InstrumentationScope { string name = 1; string version = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; repeated ScopeSpans instrumentation_library_spans = 1000; }
  message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; fixed32 flags = 16;
    string name = 5; int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9; repeated Event events = 11; repeated Link links = 13; Status status = 15;
    message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
    message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4; fixed32 flags = 6; }
  }
  message Status { string message = 2; int32 code = 3; }
  message TracesData { repeated ResourceSpans resource_spans = 1; }
`);

/** OTLP's ResourceSpans: opentelemetry/proto/trace/v1/trace.proto. */
export const ResourceSpansType = root.lookupType('ResourceSpans');
/** The same bytes as an ExportTraceServiceRequest. */
export const TracesDataType = root.lookupType('TracesData');
