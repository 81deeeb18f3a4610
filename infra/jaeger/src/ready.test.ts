import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('./ready.ts', import.meta.url));
const run = (...urls: string[]) => promisify(execFile)(process.execPath, [program, ...urls]);

it('waits until a server that answers 503 answers 200, and for each address', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const isStarting = asked.length < 3;
    response.writeHead(isStarting ? 503 : 200).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await run(`${url}/status`, `${url}/api/services`);
  expect(asked).toEqual(['/status', '/status', '/status', '/api/services']);
  server.close();
});

it('without a URL exits with 2', async () => {
  await expect(run()).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage') });
});
