import type { ServerContext } from '@modelcontextprotocol/server';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { thrownValues } from '@trace-mesh/tracing/arbitraries';
import { MCP_ERROR_META } from '@trace-mesh/tracing/error-carriers';
import { createLogger } from '@trace-mesh/tracing/logger';
import { describe, expect, it } from 'vitest';
import { answer, limitsOf, TaskFailed } from './call.ts';

const contextOf = (signal: AbortSignal) => ({ mcpReq: { signal } }) as unknown as ServerContext;

describe('the deadline of a call', () => {
  it('aborts with a TimeoutError after its time', async () => {
    const { signal, timeoutMs } = limitsOf(contextOf(new AbortController().signal), 20);
    expect(timeoutMs()).toBeLessThanOrEqual(20);
    await expect.poll(() => signal.aborted).toBe(true);
    expect(signal.reason.name).toBe('TimeoutError');
    expect(timeoutMs()).toBe(1);
  });

  it('aborts when the call is cancelled', () => {
    const cancel = new AbortController();
    const { signal } = limitsOf(contextOf(cancel.signal), 60_000);
    cancel.abort('enough');
    expect(signal.reason).toBe('enough');
  });
});

describe('the result of a tool', () => {
  const lines: string[] = [];
  const logger = createLogger({ write: (line) => void lines.push(line) });
  const call = (signal = new AbortController().signal) => ({ logger, signal });
  const failing = (error: unknown, signal?: AbortSignal) =>
    answer(call(signal), Promise.reject(error), () => '');

  it.each(thrownValues())(
    'is isError with code internal when the work rejects with %s',
    async (_, thrown) => {
      const result = await failing(thrown);
      expect(result).toMatchObject({ isError: true, content: [{ text: 'internal error' }] });
      expect(result._meta?.[MCP_ERROR_META]).toMatchObject({ code: 'internal' });
    },
  );

  it('has the data, and the same as text', async () => {
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
      'timed out (accepted work continues and can be read later)',
      'timeout',
    ],
  ])('of %s is an error with its code in _meta', async (error, text, code) => {
    expect(await failing(error)).toMatchObject({
      isError: true,
      content: [{ type: 'text', text }],
      _meta: { [MCP_ERROR_META]: { code, message: text } },
    });
  });

  it('of a bug is a generic error, and the bug is logged', async () => {
    const result = await failing(new TypeError('cannot read /etc/passwd'));
    expect(result).toMatchObject({ isError: true, content: [{ text: 'internal error' }] });
    expect(JSON.stringify(result)).not.toContain('passwd');
    expect(lines.join()).toContain('cannot read /etc/passwd');
  });

  it('of a cancelled call is a rejection with the reason', async () => {
    await expect(failing('enough', AbortSignal.abort('enough'))).rejects.toBe('enough');
  });
});
