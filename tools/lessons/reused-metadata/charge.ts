// The gRPC method of the ledger, for both of its ends. Messages are JSON, so it needs no proto file.
import {
  type ClientUnaryCall,
  credentials,
  type Metadata,
  makeGenericClientConstructor,
} from '@grpc/grpc-js';

export interface Order {
  cents: number;
}

const serialize = (order: Order) => Buffer.from(JSON.stringify(order));
const deserialize = (bytes: Buffer): Order => JSON.parse(String(bytes));

export const service = {
  Charge: {
    path: '/shop.v1.Ledger/Charge',
    requestStream: false as const,
    responseStream: false as const,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  },
};

type Charge = (
  order: Order,
  metadata: Metadata,
  done: (error: Error | null, charged: Order) => void,
) => ClientUnaryCall;

export interface Ledger extends Disposable {
  /** Resolves with what was charged; rejects with the call's error. */
  charge(order: Order, metadata: Metadata): Promise<Order>;
}

/** A client of the ledger at `url`. */
export function openLedger(url: string): Ledger {
  const LedgerClient = makeGenericClientConstructor(service, 'Ledger');
  const client = new LedgerClient(new URL(url).host, credentials.createInsecure());
  return {
    charge(order, metadata) {
      const { promise, resolve, reject } = Promise.withResolvers<Order>();
      const call = client.Charge as Charge;
      call.call(client, order, metadata, (error, charged) => (error ? reject(error) : resolve(charged)));
      return promise;
    },
    [Symbol.dispose]: () => client.close(),
  };
}
