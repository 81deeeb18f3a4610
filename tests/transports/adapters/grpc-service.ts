// A service without a .proto file: one method, whose messages are the desk's numbers as text.
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

const toBytes = (text: string) => Buffer.from(text);
const toText = (bytes: Buffer) => bytes.toString();

/** The service `test.Carrier` with the method `name`. */
export function carryService(
  name: string,
  { requestStream = false, responseStream = false } = {},
): ServiceDefinition {
  const method: MethodDefinition<string, string> = {
    path: `/test.Carrier/${name}`,
    requestStream,
    responseStream,
    requestSerialize: toBytes,
    requestDeserialize: toText,
    responseSerialize: toBytes,
    responseDeserialize: toText,
  };
  return { [name]: method };
}
