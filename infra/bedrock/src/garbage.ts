// Invalid responses, requested in the prompt by `[[answer:KIND]]`. They quote the request where they can, as a broken proxy would:
// its reader must not log or store it.
import { encodeEvent } from './event-stream.ts';
import type { Response } from './exchange.ts';

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'application/vnd.amazon.eventstream';
const MIB = 1024 * 1024;

interface Call {
  body: string;
  isStream: boolean;
}

/** The kinds, by the name in the marker. */
export const GARBAGE: Record<string, (res: Response, call: Call) => void> = {
  malformed: (res, { body }) => reply(res, JSON_TYPE, `{"output": <${body}`),
  html: (res, { body }) => reply(res, 'text/html', `<html>${body}</html>`),
  empty: (res) => reply(res, JSON_TYPE, ''),
  null: (res) => reply(res, JSON_TYPE, 'null'),
  list: (res) => reply(res, JSON_TYPE, '[]'),
  number: (res) => reply(res, JSON_TYPE, '{"output":{"message":{"content":[{"text":7}]}},"usage":{}}'),
  'no-text': (res, call) => respond(res, call, ''),
  'no-usage': (res, call) => respond(res, call, 'text', null),
  'tokens-text': (res, call) => respond(res, call, 'text', 'NaN'),
  'tokens-negative': (res, call) => respond(res, call, 'text', -1),
  'tokens-fraction': (res, call) => respond(res, call, 'text', 1.5),
  'tokens-most': (res, call) => respond(res, call, 'text', Number.MAX_SAFE_INTEGER),
  nul: (res, call) => respond(res, call, 'before\0after'),
  'half-character': (res, call) => respond(res, call, 'before\ud800after'),
  endless: (res, call) => respond(res, call, 'x'.repeat(MIB)),
  reset: (res) => void res.destroy(),
  'reset-half-way': (res) => {
    res.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': '1000' });
    res.write('{"output":', () => res.destroy());
  },
  cut: (res) => {
    const event = encodeEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'text' } });
    reply(res, STREAM_TYPE, event.subarray(0, event.length - 5));
  },
  noise: (res, { body }) => reply(res, STREAM_TYPE, body),
  'wrong-checksum': (res) => {
    const event = encodeEvent('messageStart', { role: 'assistant' });
    reply(res, STREAM_TYPE, event.with(event.length - 1, (event.at(-1) ?? 0) ^ 0xff));
  },
};

function reply(res: Response, type: string, body: string | Uint8Array): void {
  res.writeHead(200, { 'content-type': type }).end(body);
}

/** A well-formed response with this text, and with `tokens` for each count; null for a usage of null. */
function respond(res: Response, { isStream }: Call, text: string, tokens: unknown = 7): void {
  const usage = tokens === null ? null : { inputTokens: tokens, outputTokens: tokens, totalTokens: tokens };
  if (isStream) {
    res.writeHead(200, { 'content-type': STREAM_TYPE });
    res.write(encodeEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }));
    res.end(encodeEvent('metadata', { usage }));
  } else {
    const message = { role: 'assistant', content: [{ text }] };
    reply(res, JSON_TYPE, JSON.stringify({ output: { message }, stopReason: 'end_turn', usage }));
  }
}
