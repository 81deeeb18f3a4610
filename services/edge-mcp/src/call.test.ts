import type { ServerContext } from '@modelcontextprotocol/server';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { MCP_ERROR_META } from '@trace-mesh/tracing/error-carriers';
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
  const failing = (error: unknown) => answer(Promise.reject(error), () => '');

  it('is data, and the same as text', async () => {
    expect(await answer(Promise.resolve({ n: 1 }), ({ n }) => `${n}`)).toEqual({
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

  it('lets a bug through', async () => {
    const bug = new TypeError('undefined is not a function');
    await expect(failing(bug)).rejects.toBe(bug);
  });
});
