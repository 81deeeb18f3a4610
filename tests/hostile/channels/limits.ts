// More requests than the rate of one tenant, or of one address without a token, at every edge: some are answered, the rest get
// the documented error, and the next second answers again.
import { once } from 'node:events';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import { newAttacker } from '../attacker.ts';
import { callGrpc, framed } from '../grpc-call.ts';
import type { Channel, HostileInput } from '../input.ts';
import { RATE_PER_SECOND } from '../limits.ts';
import { callTool, postMcp } from '../mcp-call.ts';

/** More than two seconds allow, as the requests may fall into two seconds. */
const FLOOD = 3 * RATE_PER_SECOND;

interface Told {
  /** Whether this is the documented refusal; anything else counts as let through. */
  isRefused: boolean;
  text: string;
}

async function flood(ask: () => Promise<Told>) {
  const told = await Promise.all(Array.from({ length: FLOOD }, ask));
  const refused = told.filter(({ isRefused }) => isRefused);
  return {
    someRefused: refused.length > 0,
    someServed: refused.length < FLOOD,
    text: refused[0]?.text ?? '',
  };
}

const limited = (name: string, begin: () => () => Promise<Told>): HostileInput => ({
  name,
  send: () => flood(begin()),
  answer: { someRefused: true, someServed: true },
});

async function overHttp(url: string, headers: Record<string, string>): Promise<Told> {
  const response = await fetch(url, { headers });
  const isRefused = response.status === 429 && response.headers.get('retry-after') === '1';
  return { isRefused, text: await response.text() };
}

/** As many calls as a batch takes, in a revision of the protocol that knows batches. */
const BATCH = 100;

/** Each call of a batch is one of its sender's. */
async function overBatch() {
  const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'nothing' } });
  const { status, text } = await postMcp(JSON.stringify(Array.from({ length: BATCH }, (_, id) => call(id))), {
    authorization: newAttacker().bearer,
    'mcp-protocol-version': '2025-03-26',
  });
  const count = (word: RegExp) => text.match(word)?.length ?? 0;
  const [refused, answered] = [count(/too many requests/g), count(/Tool nothing not found/g)];
  return { status, someRefused: refused > 0, someServed: answered > 0, together: refused + answered, text };
}
const BATCH_ANSWER = { status: 200, someRefused: true, someServed: true, together: BATCH };

/** Pings on one connection; its answers come in order. */
async function overSocket() {
  const { bearer: authorization } = newAttacker();
  const socket = new WebSocket(inject('endpoints')['ws-hub'], { headers: { authorization } });
  const waiting: ((told: Told) => void)[] = [];
  socket.on('message', (bytes) => {
    const text = String(bytes);
    waiting.shift()?.({ isRefused: text.includes('"rate_limited"'), text });
  });
  await once(socket, 'open');
  const answer = await flood(async () => {
    const told = Promise.withResolvers<Told>();
    waiting.push(told.resolve);
    socket.send('{"type":"ping"}');
    return told.promise;
  });
  socket.terminate();
  return answer;
}

export const limits: Channel = {
  name: 'more than the rate',
  isSequential: true,
  inputs: [
    limited('requests to rest-api', () => {
      const { bearer: authorization } = newAttacker();
      return () => overHttp(`${inject('endpoints')['rest-api']}/api/tasks/none`, { authorization });
    }),
    limited('guessed tokens against rest-api', () => {
      return () =>
        overHttp(`${inject('endpoints')['rest-api']}/api/tasks/none`, { authorization: 'Bearer guess' });
    }),
    limited('calls of edge-mcp', () => {
      const attacker = newAttacker();
      return async () => {
        const { status, text } = await callTool(attacker, { name: 'nothing' });
        return { isRefused: status === 429, text };
      };
    }),
    { name: 'one batch for edge-mcp with more calls than the rate', send: overBatch, answer: BATCH_ANSWER },
    limited('calls of the ledger', () => {
      const { bearer: authorization } = newAttacker();
      return async () => {
        const { code, text } = await callGrpc(
          '/mesh.ledger.v1.CostLedger/GetBudget',
          { authorization },
          framed(Buffer.alloc(0)),
        );
        return { isRefused: code === 8, text };
      };
    }),
    { name: 'messages to the hub', send: overSocket, answer: { someRefused: true, someServed: true } },
  ],
};
