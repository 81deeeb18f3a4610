// Calls have the same result with and without the instrumentation, for every body that the SDK accepts and every response.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anyText } from '../arbitraries.fixture.ts';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';

const tracing = startInstrumented('aws-sdk');
const { BedrockRuntimeClient, InvokeModelCommand, InvokeModelWithResponseStreamCommand } = await import(
  '@aws-sdk/client-bedrock-runtime'
);
const { startModelServer } = await import('./model-server.fixture.ts');

const server = await startModelServer();
const bedrock = new BedrockRuntimeClient(server.options);
afterAll(() => {
  bedrock.destroy();
  server[Symbol.dispose]();
});

const modelId = 'anthropic.claude-3-5-sonnet-20241022-v2:0';
const json = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages: [] });

const Outcomes = z.record(
  z.string(),
  z.object({ whole: z.string(), streamed: z.string(), received: z.array(z.string()) }),
);

/** The results of `bodies.fixture.ts` in a process that is started with `flags`. */
async function outcomes(...flags: string[]) {
  const { stdout } = await execa(
    process.execPath,
    [...flags, fileURLToPath(new URL('./bodies.fixture.ts', import.meta.url))],
    {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { OTEL_SERVICE_NAME: 'test', OTEL_TRACES_EXPORTER: 'none' },
    },
  );
  return Outcomes.parse(JSON.parse(stdout));
}

describe('the body of InvokeModel', async () => {
  const [plain, traced] = [await outcomes(), await outcomes('--import', '@trace-mesh/tracing/register')];

  it.each(Object.keys(plain))('of type %s has the same result with tracing and without', (name) => {
    expect(traced[name]).toEqual(plain[name]);
  });

  it.each(['a string', 'a Uint8Array', 'a Buffer', 'a view of a larger buffer'])(
    'of type %s is sent unchanged',
    (name) => {
      expect(traced[name]).toEqual({ whole: 'response', streamed: 'response', received: [json, json] });
    },
  );
});

it.each([json, Buffer.from(json), new TextEncoder().encode(json), Buffer.from(`xx${json}`).subarray(2)])(
  'the parameters in the body of InvokeModel are on the span',
  async (body) => {
    tracing.reset();
    server.respond({ body: {} });
    await bedrock.send(new InvokeModelCommand({ modelId, body }));
    expect(tracing.spans()[0]?.attributes['gen_ai.request.max_tokens']).toBe(9);
  },
);

it('any response of InvokeModel reaches the caller unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText, fc.json()), async (text) => {
      fc.pre(text !== ''); // the SDK's body is then null, though its type says otherwise
      const body = Buffer.from(text);
      server.respond({ bytes: body });
      const response = await bedrock.send(new InvokeModelCommand({ modelId, body: '{}' }));
      expect(Buffer.from(response.body).equals(body)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

it('any chunk of a stream reaches the caller unchanged', async () => {
  const jsons = fc.json().filter((text) => /^[\0-\x7f]*$/.test(text));
  await fc.assert(
    fc.asyncProperty(fc.array(jsons, { maxLength: 3 }), async (texts) => {
      const chunks = texts.map((text) => JSON.parse(text) as object);
      server.respond({ chunks });
      const { body } = await bedrock.send(new InvokeModelWithResponseStreamCommand({ modelId, body: '{}' }));
      const received: unknown[] = [];
      for await (const { chunk } of body ?? [])
        received.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()));
      expect(received).toEqual(chunks);
    }),
    { numRuns: 50 },
  );
});
