// The gRPC service of the benchmark, for its server and its caller.
const json = {
  requestSerialize: (message: object) => Buffer.from(JSON.stringify(message)),
  requestDeserialize: (bytes: Buffer) => JSON.parse(String(bytes)),
  responseSerialize: (message: object) => Buffer.from(JSON.stringify(message)),
  responseDeserialize: (bytes: Buffer) => JSON.parse(String(bytes)),
};

export const service = {
  Work: { ...json, path: '/bench.v1.Bench/Work', requestStream: false, responseStream: false },
};
