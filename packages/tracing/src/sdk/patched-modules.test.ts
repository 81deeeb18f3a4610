import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('functions.fixture.ts', import.meta.url));
const PRELOAD = new URL('../register.ts', import.meta.url).href;
const ENV = { OTEL_TRACES_EXPORTER: 'none' };

/** Whether the channels of `node:http` suffice for its clients: see http/client.ts. */
const suffices = Object.getOwnPropertySymbols(request({ createConnection: () => new PassThrough() })).some(
  ({ description }) => description === 'kAuthority',
);

type Functions = Record<string, Record<string, string>>;

const run = async (...args: string[]) =>
  JSON.parse((await execa(process.execPath, [...args, PROGRAM], { env: ENV })).stdout) as Functions;

/** Loads its libraries twice, traced and not: more than the default on a busy machine. */
const TWO_PROCESSES_MS = 30_000;

it(
  'tracing patches no function of http, https, express, router and fetch, which publish channels',
  async () => {
    const [plain, traced] = await Promise.all([run(), run('--import', PRELOAD)]);
    for (const name of ['express', 'router', 'fetch', ...(suffices ? ['http', 'https'] : [])]) {
      expect(Object.keys(plain[name] ?? {}).length, name).toBeGreaterThan(0);
      expect(traced[name], name).toEqual(plain[name]);
    }
    // The comparison finds a patch.
    expect(traced.grpc).not.toEqual(plain.grpc);
  },
  TWO_PROCESSES_MS,
);
