import { setTimeout as sleep } from 'node:timers/promises';
import { encodeEvent } from '../event-stream.ts';
import { writePiece } from '../exchange.ts';
import type { Reply } from '../reply.ts';
import { answer, type Usage } from './answer.ts';
import { latencyOf, type ModelCall } from './operation.ts';

/** `POST /model/{modelId}/converse-stream`: word by word, the usage last. Throws AbortError when the caller leaves. */
export async function converseStream(call: ModelCall): Promise<void> {
  const { reply, usage } = answer(call.modelId, call.body, call.cache);
  call.res.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  for (const [name, payload] of events(reply, usage, call)) {
    await writePiece(call.res, encodeEvent(name, payload), call.left);
    if (call.behaviour.chunkDelayMs > 0) {
      await sleep(call.behaviour.chunkDelayMs, undefined, { signal: call.left });
    }
  }
  call.res.end();
}

function* events(reply: Reply, usage: Usage, call: ModelCall): Generator<[string, object]> {
  yield ['messageStart', { role: 'assistant' }];
  for (const text of reply.text.match(/\S+\s*/g) ?? []) {
    yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { text } }];
  }
  yield ['contentBlockStop', { contentBlockIndex: 0 }];
  yield ['messageStop', { stopReason: reply.stopReason }];
  yield ['metadata', { usage, metrics: { latencyMs: latencyOf(call) } }];
}
