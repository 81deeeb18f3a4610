// More than the rate of one tenant, or of one address without a token, at every edge: some of it is answered, the rest is
// refused with the documented error, and the next second is another one.
import { once } from 'node:events';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import { newAttacker } from '../attacker.ts';
import { callGrpc, framed } from '../grpc-call.ts';
import type { Channel, HostileInput } from '../input.ts';
import { RATE_PER_SECOND } from '../limits.ts';
import { callTool } from '../mcp-call.ts';

/** More than one second's worth, and than two: they may fall into two. */
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
    limited('guesses of a token at rest-api', () => {
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
