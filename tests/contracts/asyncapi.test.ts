import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { asyncApi } from './asyncapi.ts';
import { ASYNCAPI, asyncApiText } from './text.ts';

it('docs/asyncapi.yaml is what the schemas say (npm run contracts writes it)', async () => {
  expect(await readFile(ASYNCAPI, 'utf8')).toBe(asyncApiText());
});

it('every message of every channel is sent or received by a service, and has a schema', () => {
  const used = Object.values(asyncApi.operations).flatMap(({ messages }) => messages as { $ref: string }[]);
  const all = Object.entries(asyncApi.channels).flatMap(([key, { messages }]) =>
    Object.entries(messages as Record<string, { payload: { $ref: string } }>).map(([name, { payload }]) => {
      expect(asyncApi.components.schemas).toHaveProperty([payload.$ref.replace('#/components/schemas/', '')]);
      return `#/channels/${key}/messages/${name}`;
    }),
  );
  expect(new Set(used.map(({ $ref }) => $ref))).toEqual(new Set(all));
});
