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

it('gives two meshes blocks that do not touch', async () => {
  const [one, other] = [await take(), await take()];
  expect(Math.abs(one.base - other.base)).toBeGreaterThanOrEqual(BLOCK_SIZE);
});

it('passes over a block in which a stranger listens', async () => {
  const { base } = await take();
  await blocks.splice(0)[0]?.release();
  const stranger = createServer().listen(base + 2, '127.0.0.1');
  await once(stranger, 'listening');
  expect((await take()).base).not.toBe(base);
  stranger.close();
});

it('names the port that is taken', async () => {
  const { base } = await take();
  await expect(take(base)).rejects.toThrow(`port ${base} is taken`);
});

it('refuses a mesh that its block does not hold', async () => {
  await expect(takePorts(BLOCK_SIZE + 1)).rejects.toThrow('needs 33 ports, and its block has 32');
});

it('refuses ports that no mesh can have', async () => {
  await expect(take(80)).rejects.toThrow('port 80');
  await expect(take(65_530)).rejects.toThrow('65504');
});
