import { sendJson } from '../exchange.ts';
import { answer } from './answer.ts';
import { latencyOf, type ModelCall } from './operation.ts';

/** `POST /model/{modelId}/converse`: the whole message at once. */
export function converse(call: ModelCall): void {
  const { reply, usage } = answer(call.modelId, call.body, call.cache);
  sendJson(call.res, 200, {
    output: { message: { role: 'assistant', content: [{ text: reply.text }] } },
    stopReason: reply.stopReason,
    usage,
    metrics: { latencyMs: latencyOf(call) },
  });
}
