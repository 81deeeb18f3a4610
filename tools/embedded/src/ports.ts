// Ports are chosen, never fought over: a mesh owns a block of consecutive ports by listening on the block's first
// one for its whole life. Blocks lie below the range from which the system takes ports for outgoing connections.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { MeshError } from './mesh-error.ts';

const FIRST_BLOCK = 20_000;
const LAST_BLOCK = 32_000;
/** Ports in a block. */
export const BLOCK_SIZE = 32;
/** A mesh whose launcher was killed frees its inner ports within this time, in milliseconds. */
const RELEASE_MS = 6_000;

export type PortBlock = {
  base: number;
  /** Gives the block up. */
  release(): Promise<void>;
};

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' || code === 'EACCES') return undefined;
    throw error;
  }
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

async function firstTaken(base: number, count: number): Promise<number | undefined> {
  for (let port = base + 1; port < base + count; port++) {
    const server = await listen(port);
    if (!server) return port;
    await close(server);
  }
  return undefined;
}

function asBlock(base: number, lock: Server): PortBlock {
  // The lock must not keep a launcher alive that has nothing else to do.
  lock.unref();
  return { base, release: () => close(lock) };
}

function taken(port: number): MeshError {
  return new MeshError(
    `port ${port} is taken by another program. End that program, or choose other ports: --port N takes N to N+${BLOCK_SIZE - 1}.`,
  );
}

async function takeGiven(base: number, count: number): Promise<PortBlock> {
  if (!Number.isInteger(base) || base < 1024 || base > 65_536 - BLOCK_SIZE) {
    throw new MeshError(
      `port ${base} is no place for a mesh: give a number from 1024 to ${65_536 - BLOCK_SIZE}.`,
    );
  }
  const lock = await listen(base);
  if (!lock) throw taken(base);
  const deadline = Date.now() + RELEASE_MS;
  let blocker = await firstTaken(base, count);
  while (blocker !== undefined && Date.now() < deadline) {
    await pause(200);
    blocker = await firstTaken(base, count);
  }
  if (blocker === undefined) return asBlock(base, lock);
  await close(lock);
  throw taken(blocker);
}

/**
 * Takes a block of ports on the loopback interface, of which the caller may use `base + 1` to `base + count - 1`.
 * With `base`, that block or a MeshError naming the port that is taken; without, the first free one from 20000 up. A mesh
 * that needs more than `BLOCK_SIZE` is refused.
 */
export async function takePorts(count: number, base?: number): Promise<PortBlock> {
  if (count > BLOCK_SIZE) {
    throw new MeshError(`the mesh needs ${count} ports, and its block has ${BLOCK_SIZE}: take services out.`);
  }
  if (base !== undefined) return takeGiven(base, count);
  for (let candidate = FIRST_BLOCK; candidate <= LAST_BLOCK; candidate += BLOCK_SIZE) {
    const lock = await listen(candidate);
    if (!lock) continue;
    if ((await firstTaken(candidate, count)) === undefined) return asBlock(candidate, lock);
    await close(lock);
  }
  throw new MeshError(
    `no ${BLOCK_SIZE} free ports in a row between ${FIRST_BLOCK} and ${LAST_BLOCK}. End some servers, or give --port N.`,
  );
}
