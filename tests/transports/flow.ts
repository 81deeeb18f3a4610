// One crossing, as test and process under test speak of it.

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
  /** What goes over the wire instead of it. */
  wire?: Wire;
}

export interface SpanIds {
  traceId: string;
  spanId: string;
}

/** What a trace store cannot show: the context as the far side has it. */
export interface Arrived extends SpanIds {
  /** What the far side would send on. */
  carrier: Record<string, string>;
}

export interface Crossing {
  near: SpanIds;
  far: Arrived;
}

export type Answer = { id: number } & ({ crossing: Crossing } | { error: string });
