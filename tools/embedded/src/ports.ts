// A mesh owns a block of consecutive ports by listening on the first one. The blocks are below the range of ephemeral ports.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { MeshError } from './mesh-error.ts';

const FIRST_BLOCK = 20_000;
const LAST_BLOCK = 32_000;
/** Ports in a block. */
export const BLOCK_SIZE = 32;
const MAX_BASE = 65_536 - BLOCK_SIZE;
/** The processes of a killed launcher free their ports within this time, in milliseconds. */
const RELEASE_MS = 6_000;

export type PortBlock = { base: number; release(): Promise<void> };

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

function taken(port: number): MeshError {
  const range = `--port N uses N to N+${BLOCK_SIZE - 1}`;
  return new MeshError(
    `port ${port} is taken (stop the process that listens there, or choose another block: ${range})`,
  );
}

/** The block at `base`, or the port of it that is taken. Waits up to `waitMs` for the ports after the first. */
async function tryBlock(base: number, count: number, waitMs = 0): Promise<PortBlock | number> {
  const lock = await listen(base);
  if (!lock) return base;
  const deadline = Date.now() + waitMs;
  let blocker = await firstTaken(base, count);
  while (blocker !== undefined && Date.now() < deadline) {
    await pause(200);
    blocker = await firstTaken(base, count);
  }
  // The lock must not keep the launcher running.
  lock.unref();
  if (blocker === undefined) return { base, release: () => close(lock) };
  await close(lock);
  return blocker;
}

/**
 * Takes a block of loopback ports, of which the caller may use `base + 1` to `base + count - 1`: the block at `base`, else the
 * first free one from 20000 up. Throws a MeshError for a taken port and for a `count` above `BLOCK_SIZE`.
 */
export async function takePorts(count: number, base?: number): Promise<PortBlock> {
  if (count > BLOCK_SIZE) {
    throw new MeshError(
      `the mesh needs ${count} ports, its block has ${BLOCK_SIZE} (fewer services, or replicas)`,
    );
  }
  if (base !== undefined) {
    if (!Number.isInteger(base) || base < 1024 || base > MAX_BASE)
      throw new MeshError(`port ${base} is out of range (1024 to ${MAX_BASE})`);
    const block = await tryBlock(base, count, RELEASE_MS);
    if (typeof block === 'number') throw taken(block);
    return block;
  }
  for (let candidate = FIRST_BLOCK; candidate <= LAST_BLOCK; candidate += BLOCK_SIZE) {
    const block = await tryBlock(candidate, count);
    if (typeof block !== 'number') return block;
  }
  const range = `${FIRST_BLOCK} and ${LAST_BLOCK}`;
  throw new MeshError(
    `no ${BLOCK_SIZE} consecutive free ports between ${range} (stop some servers, or set --port)`,
  );
}
