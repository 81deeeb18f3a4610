// A double of Bedrock Runtime. It is not traced, as AWS is not: what it receives is what leaves the mesh.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Behaviour, BehaviourState } from './behaviour.ts';
import { control } from './controls.ts';
import { BedrockError } from './errors.ts';
import { callerLeft, type Request, type Response, readBody, sendJson } from './exchange.ts';
import { GARBAGE } from './garbage.ts';
import { type Marked, Markers } from './markers.ts';
import { converse, converseStream } from './operations/converse.ts';
import { invokeModel } from './operations/invoke-model.ts';
import type { ModelCall, Operation } from './operations/operation.ts';
import { PromptCache } from './prompt-cache.ts';
import { Recorder } from './recorder.ts';

const MODEL_PATH = /^\/model\/(?<modelId>[^/]+)\/(?<operation>converse|converse-stream|invoke)$/;
const OPERATIONS: Record<string, Operation> = {
  converse,
  'converse-stream': converseStream,
  invoke: invokeModel,
};

/** A request listener with its own behaviour, recorder and prompt cache. */
export function createApp({ log }: { log: Logger }): (req: Request, res: Response) => Promise<void> {
  const behaviour = new BehaviourState();
  const recorder = new Recorder();
  const cache = new PromptCache();
  const markers = new Markers();

  return async function serve(req, res) {
    const since = performance.now();
    const left = callerLeft(res);
    res.setHeader('x-amzn-requestid', randomUUID());
    try {
      const match = req.method === 'POST' ? MODEL_PATH.exec(req.url ?? '') : null;
      const operation = OPERATIONS[match?.groups?.operation ?? ''];
      if (!operation) return await control({ behaviour, recorder, markers }, req, res);
      const modelId = decodeURIComponent(match?.groups?.modelId ?? '');
      const body = await readBody(req);
      recorder.record(req, body, left);
      const marked = markers.of(body);
      const refuse = behaviour.throttles() ? 'ThrottlingException' : marked.refuse;
      const slowed = slowedBy(marked, operation, behaviour.current);
      const call = { modelId, body, res, cache, since, left, behaviour: slowed };
      await behave(call, refuse);
      const garbage = Object.hasOwn(GARBAGE, marked.answer ?? '') && GARBAGE[marked.answer ?? ''];
      if (garbage) return garbage(res, { body, isStream: operation === converseStream });
      if (!res.writableEnded) await operation(call);
    } catch (error) {
      fail(error, res, left, log);
    }
  };
}

/** `behaviour` with the prompt's wait, if that is longer. */
function slowedBy({ slowMs }: Marked, operation: Operation, behaviour: Behaviour): Behaviour {
  const wait = operation === converseStream ? 'chunkDelayMs' : 'latencyMs';
  return { ...behaviour, [wait]: Math.max(behaviour[wait], slowMs) };
}

const REFUSALS = {
  ThrottlingException: 'Too many requests, please wait before trying again.',
  InternalServerException: 'The model could not answer. Please try again.',
};

/** Misbehaves before, or instead of, the response. */
async function behave({ behaviour, res, left }: ModelCall, refuse: Marked['refuse']): Promise<void> {
  if (refuse) throw new BedrockError(refuse, REFUSALS[refuse]);
  left.throwIfAborted();
  if (behaviour.hang) await once(left, 'abort');
  if (behaviour.latencyMs > 0) await sleep(behaviour.latencyMs, undefined, { signal: left });
  if (behaviour.malformed) res.writeHead(200, { 'content-type': 'application/json' }).end('{"output": <not');
}

function fail(error: unknown, res: Response, left: AbortSignal, log: Logger): void {
  if (left.aborted) return;
  const expected = error instanceof BedrockError;
  const known = expected ? error : new BedrockError('InternalServerException', 'The double itself failed.');
  if (!expected) log.error({ err: error }, 'request failed');
  if (res.headersSent) res.destroy();
  else sendJson(res, known.status, { message: known.message }, { 'x-amzn-errortype': known.kind });
}
