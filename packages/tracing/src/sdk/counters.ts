// Counters that are read at each scrape: a counter of the SDK sorts and serializes its attributes at each call.
import { type Attributes, metrics } from '@opentelemetry/api';
import { finder, type Value } from './series.ts';

/** A monotonic counter: https://opentelemetry.io/docs/specs/otel/metrics/api/#asynchronous-counter */
export interface CounterInit {
  name: string;
  /** Such as `{message}`. */
  unit: string;
  description: string;
  /** The names of its attributes. */
  attributes: readonly string[];
}

/** Adds `by`, 1 by default, with the values of the counter's attributes in their order. */
export type Count = (values: readonly Value[], by?: number) => void;

/** Returns the function that counts. The instrument is created with the first count: one created before the SDK never reports. */
export function counter({ name, unit, description, attributes: names }: CounterInit): Count {
  const all: { attributes: Attributes; count: number }[] = [];
  const find = finder(names, (attributes) => {
    const counted = { attributes, count: 0 };
    all.push(counted);
    return counted;
  });
  let isObserved = false;
  const observe = () => {
    isObserved = true;
    const instrument = metrics
      .getMeter('@trace-mesh/tracing')
      .createObservableCounter(name, { unit, description });
    instrument.addCallback((result) => {
      for (const { attributes, count } of all) result.observe(count, attributes);
    });
  };
  return (values, by = 1) => {
    find(values).count += by;
    if (!isObserved) observe();
  };
}
