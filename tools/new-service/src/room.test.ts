import { BLOCK_SIZE } from '@trace-mesh/embedded/ports';
import { expect, it } from 'vitest';
import { checkRoom } from './room.ts';

it('lets a service in for as long as the mesh has ports: two, or one for a consumer', () => {
  expect(() => checkRoom('http', BLOCK_SIZE - 2)).not.toThrow();
  expect(() => checkRoom('http', BLOCK_SIZE - 1)).toThrow('uses 31 of its 32 ports');
  expect(() => checkRoom('sqs', BLOCK_SIZE - 1)).not.toThrow();
  expect(() => checkRoom('sqs', BLOCK_SIZE)).toThrow('uses 32 of its 32 ports');
});
