// gRPC's status codes by name, for files that meet them in errors and spans and must not load the library for it.
// https://grpc.io/docs/guides/status-codes/

/** Each at the place that is its number. */
const NAMES = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE'],
  ...['UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
];

/** The name of a status, such as `UNAVAILABLE` for 14; undefined where gRPC has none of that number. */
export const grpcCodeName = (code: number): string | undefined => NAMES[code];
