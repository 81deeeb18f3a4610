import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../checkout.ts';
import { composeDemo } from './compose-demo.ts';

const source = await readFile(join(ROOT, 'docker-compose.yml'), 'utf8');
const demoOf = (text: string) => parse(text, { merge: true }).services.demo;
const before = demoOf(source);

it('the demo of compose gets the address of a new service and waits for it', () => {
  const demo = demoOf(composeDemo(source, { name: 'new-service-one', kind: 'http', port: 8086 }));
  expect(demo).toEqual({
    ...before,
    environment: { ...before.environment, MESH_NEW_SERVICE_ONE_ADDRESS: 'http://new-service-one:8080' },
    depends_on: { ...before.depends_on, 'new-service-one': { condition: 'service_healthy' } },
  });
});

it('a consumer adds no address to the demo of compose', () => {
  const demo = demoOf(composeDemo(source, { name: 'new-service-two', kind: 'sqs', port: undefined }));
  expect(demo.environment).toEqual(before.environment);
});

it('a compose file without a demo is rejected', () => {
  const bare = 'services:\n  a: {}\n';
  expect(() => composeDemo(bare, { name: 'a-b', kind: 'http', port: 8086 })).toThrow(
    'has no services.demo.depends_on',
  );
});
