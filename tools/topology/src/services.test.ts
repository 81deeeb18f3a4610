import { expect, it } from 'vitest';
import { addressOf, variableOf } from './services.ts';

it.each([
  ['http', 'http://127.0.0.1:1'],
  ['mcp', 'http://127.0.0.1:1/mcp'],
  ['ws', 'ws://127.0.0.1:1/ws'],
  ['grpc', '127.0.0.1:1'],
] as const)('is spoken to over %s at %s', (kind, address) => {
  expect(addressOf(kind, '127.0.0.1:1')).toBe(address);
});

it('is moved by a variable that a shell can set', () => {
  expect(variableOf('price-list')).toBe('MESH_PRICE_LIST_ADDRESS');
});
