// The messages between the tests and the process under test: one crossing of a transport.

import type { Wire } from './tampering.ts';
import type { TransportEnv } from './transport.ts';

/** The first message to the process under test. It answers `ready` once every transport is open. */
export interface Opening {
  env: TransportEnv;
}
export const READY = 'ready';

export interface Flow {
  id: number;
  /** The name of the transport to cross. */
  transport: string;
  /** The context in which the near side works. */
  carrier: Record<string, string>;
  /** Fields on the wire in place of the context. */
  wire?: Wire;
}

export interface SpanIds {
  traceId: string;
  spanId: string;
}

/** The context on the far side, which no trace store shows. */
export interface Arrived extends SpanIds {
  /** The fields that the far side would inject. */
  carrier: Record<string, string>;
}

export interface Crossing {
  near: SpanIds;
  far: Arrived;
}

export type Answer = { id: number } & ({ crossing: Crossing } | { error: string });
