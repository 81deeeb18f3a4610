import { problemOf } from '@trace-mesh/access/problem';
import { anyJson, anyText } from '@trace-mesh/tracing/arbitraries';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZodError, type z } from 'zod';
import { NewBatch } from './batches.ts';
import { NewJob } from './jobs.ts';
import { TaskMessage } from './messages.ts';
import { MAX_PROMPT_LENGTH, NewTask } from './tasks.ts';

const storable = (text: string) => text.isWellFormed() && !text.includes('\0');
const prompts = anyText.filter((text) => text.trim().length > 0 && storable(text));
const tasks = fc.record(
  {
    prompt: prompts,
    maxTokens: fc.integer({ min: 1, max: 4_096 }),
    mode: fc.constantFrom('converse', 'stream', 'invoke'),
    taskId: fc.uuid(),
  },
  { requiredKeys: ['prompt'] },
);
const DEFAULTS = { maxTokens: 512, mode: 'converse' };
const SCHEMAS: [string, z.ZodType][] = [
  ['task', NewTask],
  ['job', NewJob],
  ['batch', NewBatch],
  ['message', TaskMessage],
];

describe('a request', () => {
  it('that is valid gets the defaults, and loses unknown fields such as a tenant', () => {
    fc.assert(
      fc.property(tasks, anyJson, (task, more) => {
        const body = JSON.parse(
          JSON.stringify({ ...task, more, costLimit: 1, tenantId: 'globex', userId: 'root' }),
        );
        expect(NewTask.parse(body)).toEqual({ ...DEFAULTS, ...task, prompt: task.prompt.trim() });
        const { prompt, taskId: _, ...work } = task;
        expect(NewBatch.parse({ ...work, prompts: [prompt] })).toEqual({
          ...DEFAULTS,
          ...work,
          prompts: [prompt.trim()],
        });
      }),
    );
  });

  it.each(SCHEMAS)('of any shape is accepted as a %s or refused with 400', (_what, schema) => {
    const keys = [
      'prompt',
      'prompts',
      'tenantId',
      'userId',
      'maxTokens',
      'mode',
      'taskId',
      '__proto__',
      'constructor',
    ];
    const pairs = fc.tuple(
      fc.constantFrom(...keys),
      fc.oneof(
        anyJson,
        tasks.map((task) => task.prompt),
      ),
    );
    const bodies = fc.oneof(
      anyJson,
      fc
        .tuple(tasks, fc.array(pairs, { maxLength: 3 }))
        .map(([task, more]) =>
          JSON.parse(
            `{${[...Object.entries(task), ...more].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
          ),
        ),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const { error, data } = schema.safeParse(body);
        if (error) {
          expect(error).toBeInstanceOf(ZodError);
          expect(problemOf(error).status).toBe(400);
        }
        for (const text of Object.values((data ?? {}) as object).flat()) {
          if (typeof text === 'string' && schema !== TaskMessage)
            expect(storable(text) && text.length <= MAX_PROMPT_LENGTH).toBe(true);
        }
        if (data) expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['a\0b', '\ud800', 'half \udc00'])(
    'with the text %j, which Postgres cannot store, is refused',
    (text) => {
      expect(NewTask.safeParse({ prompt: text }).success).toBe(false);
      expect(NewJob.safeParse({ prompt: text }).success).toBe(false);
      expect(NewBatch.safeParse({ prompts: ['p', text] }).success).toBe(false);
      expect(NewTask.safeParse({ prompt: '🍕 é' }).success).toBe(true);
    },
  );
});
