import { status } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { grpcCodeName } from './codes.ts';

it.each(Object.entries(status).filter((entry): entry is [string, status] => typeof entry[1] === 'number'))(
  "%s has the number that gRPC's library gives it",
  (name, code) => {
    expect(grpcCodeName(code)).toBe(name);
  },
);

it.each([-1, 0.5, 17, Number.NaN])('%d is no status', (code) => {
  expect(grpcCodeName(code)).toBeUndefined();
});
