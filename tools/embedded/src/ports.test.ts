import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { BLOCK_SIZE, type PortBlock, takePorts } from './ports.ts';

const blocks: PortBlock[] = [];
afterEach(async () => {
  for (const block of blocks.splice(0)) await block.release();
});

async function take(base?: number): Promise<PortBlock> {
  const block = await takePorts(4, base);
  blocks.push(block);
  return block;
}

it('two meshes get blocks that do not overlap', async () => {
  const [one, other] = [await take(), await take()];
  expect(Math.abs(one.base - other.base)).toBeGreaterThanOrEqual(BLOCK_SIZE);
});

it('a block in which another server listens is skipped', async () => {
  const { base } = await take();
  await blocks.splice(0)[0]?.release();
  const other = createServer().listen(base + 2, '127.0.0.1');
  await once(other, 'listening');
  expect((await take()).base).not.toBe(base);
  other.close();
});

it('the error for a chosen block names the taken port', async () => {
  const { base } = await take();
  await expect(take(base)).rejects.toThrow(`port ${base} is taken`);
});

it('a mesh that needs more ports than a block has is rejected', async () => {
  await expect(takePorts(BLOCK_SIZE + 1)).rejects.toThrow('needs 33 ports, its block has 32');
});

it('a block outside 1024 to 65504 is rejected', async () => {
  await expect(take(80)).rejects.toThrow('port 80 is out of range (1024 to 65504)');
  await expect(take(65_530)).rejects.toThrow('port 65530 is out of range');
});
