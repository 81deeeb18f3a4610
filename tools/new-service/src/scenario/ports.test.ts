import { BLOCK_SIZE } from '@trace-mesh/embedded/ports';
import { expect, it } from 'vitest';
import { checkPorts } from './ports.ts';

it('a service needs two free ports of the embedded mesh, a consumer one', () => {
  expect(() => checkPorts('http', BLOCK_SIZE - 2)).not.toThrow();
  expect(() => checkPorts('http', BLOCK_SIZE - 1)).toThrow('uses 31 of its 32 ports');
  expect(() => checkPorts('sqs', BLOCK_SIZE - 1)).not.toThrow();
  expect(() => checkPorts('sqs', BLOCK_SIZE)).toThrow('uses 32 of its 32 ports');
});
