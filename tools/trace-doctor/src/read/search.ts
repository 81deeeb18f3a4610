import type { RequestOptions } from '../store-request.ts';

/** Which traces of a store to read. */
export interface StoreSearch {
  /** Only traces in which this service has a span. */
  service?: string;
  /** At most so many traces; of Jaeger for each service. */
  limit: number;
  /** The time of the traces, in microseconds since the epoch. */
  startUs: number;
  endUs: number;
  request: RequestOptions;
}
