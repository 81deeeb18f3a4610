import type { ServerContext } from '@modelcontextprotocol/server';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { MCP_ERROR_META } from '@trace-mesh/tracing/error-carriers';
import { createLogger } from '@trace-mesh/tracing/logger';
import { describe, expect, it } from 'vitest';
import { answer, limitsOf, TaskFailed } from './call.ts';

const contextOf = (signal: AbortSignal) => ({ mcpReq: { signal } }) as unknown as ServerContext;

describe('the limits of a call', () => {
  it('end when its time is up', async () => {
    const { signal, timeoutMs } = limitsOf(contextOf(new AbortController().signal), 20);
    expect(timeoutMs()).toBeLessThanOrEqual(20);
    await expect.poll(() => signal.aborted).toBe(true);
    expect(signal.reason.name).toBe('TimeoutError');
    expect(timeoutMs()).toBe(1);
  });

  it('end when it is cancelled', () => {
    const cancel = new AbortController();
    const { signal } = limitsOf(contextOf(cancel.signal), 60_000);
    cancel.abort('enough');
    expect(signal.reason).toBe('enough');
  });
});

describe('the answer of a tool', () => {
  const lines: string[] = [];
  const logger = createLogger({ write: (line) => void lines.push(line) });
  const call = (signal = new AbortController().signal) => ({ logger, signal });
  const failing = (error: unknown, signal?: AbortSignal) =>
    answer(call(signal), Promise.reject(error), () => '');

  it('is data, and the same as text', async () => {
    expect(await answer(call(), Promise.resolve({ n: 1 }), ({ n }) => `${n}`)).toEqual({
      structuredContent: { n: 1 },
      content: [{ type: 'text', text: '1' }],
    });
  });

  it.each([
    [new TaskFailed('the model refused'), 'the model refused', 'task_failed'],
    [new RestApiError(402, 'over budget', 'nothing is left'), 'over budget: nothing is left', 'over_budget'],
    [
      new DOMException('late', 'TimeoutError'),
      'this took too long; what has been accepted goes on, and can be fetched',
      'timeout',
    ],
  ])('tells %s as an error of the tool, with its code in _meta', async (error, text, code) => {
    expect(await failing(error)).toMatchObject({
      isError: true,
      content: [{ type: 'text', text }],
      _meta: { [MCP_ERROR_META]: { code, message: text } },
    });
  });

  it('says nothing of a bug, and logs it', async () => {
    const told = await failing(new TypeError('cannot read /etc/passwd'));
    expect(told).toMatchObject({ isError: true, content: [{ text: 'internal error' }] });
    expect(JSON.stringify(told)).not.toContain('passwd');
    expect(lines.join()).toContain('cannot read /etc/passwd');
  });

  it('is none for a call that was cancelled', async () => {
    await expect(failing('enough', AbortSignal.abort('enough'))).rejects.toBe('enough');
  });
});
