// A trace backend that answers garbage costs spans and nothing else: every request is answered as before, the process lives,
// its log stays small and without a secret, and when the backend is well again spans arrive again.
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SECRET } from './input.ts';
import { type Exporting, type Misbehave, startExporting } from './otlp-endpoint.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const MIB = 1024 * 1024;
/** What the whole file may make a service log, in characters. */
const MAX_LOG = 64 * 1024;

let hub: Exporting;
let ended: { code: number | null; log: string };
beforeAll(async () => {
  hub = await startExporting();
});

const status =
  (code: number, headers: Record<string, string> = {}, body: string | Buffer = SECRET): Misbehave =>
  (response) =>
    void response.writeHead(code, headers).end(body);

/** Sends as long as the client reads. */
function endless(response: ServerResponse): void {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
  };
  response.on('drain', more);
  more();
}

const inputs: { name: string; answer: Misbehave }[] = [
  {
    name: 'garbage',
    answer: status(200, { 'content-type': 'application/x-protobuf' }, Buffer.alloc(1_000, 0xff)),
  },
  { name: 'HTML', answer: status(200, { 'content-type': 'text/html' }, `<html>${SECRET}</html>`) },
  { name: 'a type that is none', answer: status(200, { 'content-type': 'a/b/c;;' }) },
  { name: '8 MiB', answer: status(200, {}, Buffer.alloc(8 * MIB, 0x20)) },
  { name: 'a body without an end', answer: endless },
  { name: 'nothing, ever', answer: () => undefined },
  { name: '400', answer: status(400) },
  { name: '401', answer: status(401) },
  { name: '404', answer: status(404) },
  { name: '413', answer: status(413) },
  { name: '429 and when to come back', answer: status(429, { 'retry-after': '1' }) },
  { name: '429 and to come back in a year', answer: status(429, { 'retry-after': '31536000' }) },
  { name: '429 and to come back before', answer: status(429, { 'retry-after': '-1' }) },
  { name: '500', answer: status(500) },
  { name: '503 and no time to come back', answer: status(503, { 'retry-after': 'soon' }) },
  { name: 'a redirect to itself', answer: status(307, { location: '/v1/traces' }) },
  { name: 'a redirect to a file', answer: status(301, { location: 'file:///etc/passwd' }) },
  { name: 'a reset', answer: (response) => void response.destroy() },
  { name: 'a status line that is none', answer: (response) => void response.socket?.end('nonsense\r\n\r\n') },
];

describe('a trace backend that answers', () => {
  it.each(inputs)('$name leaves the service as it is', async ({ answer }) => {
    hub.answerWith(answer);
    const before = hub.exports();
    const response = await fetch(`${hub.url}/nowhere`);
    expect(response.status).toBe(404);
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    await vi.waitFor(() => expect(hub.exports()).toBeGreaterThan(before), PATIENCE);
    expect((await fetch(`${hub.url}/api/health`)).status).toBe(200);
    expect(hub.isRunning()).toBe(true);
  });

  it('well again gets spans again, and the service ends as it should', async () => {
    hub.answerWith(status(200, {}, ''));
    const before = hub.exports();
    await fetch(`${hub.url}/nowhere`);
    await vi.waitFor(() => expect(hub.exports()).toBeGreaterThan(before), PATIENCE);
    ended = await hub.end();
    expect(ended.code).toBe(0);
  });

  it('leaves a log that stays small, and quotes nothing', () => {
    expect(ended.log).not.toContain(SECRET);
    expect(ended.log.length).toBeLessThan(MAX_LOG);
  });
});

afterAll(async () => {
  if (hub.isRunning()) await hub.end();
});
