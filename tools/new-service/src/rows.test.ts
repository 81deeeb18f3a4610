// Adds rows to this checkout's services; nothing is written.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './checkout.ts';
import { rowChanges, withRow } from './rows.ts';

const one = { name: 'new-service-one', kind: 'http', port: 8086 } as const;
const two = { name: 'new-service-two', kind: 'sqs', port: undefined } as const;
const textOf = (path: string) => readFile(join(ROOT, path), 'utf8');
const composed = (text: string) => parse(text, { merge: true }).services;

it('the rows of services.ts stay in the order of insertion', async () => {
  const source = await textOf('tools/topology/src/services.ts');
  const both = withRow(withRow(source, one), two);
  expect(both).toContain(
    "  'new-service-one': { kind: 'http', port: 8086 },\n  'new-service-two': { kind: 'sqs' },\n}",
  );
  expect(
    both
      .split('\n')
      .filter((line) => !line.includes('new-service-'))
      .join('\n'),
  ).toBe(source);
});

it('a file without rows is reported by name', () => {
  expect(() => withRow('// empty', one)).toThrow(
    'tools/topology/src/services.ts does not contain this exactly once',
  );
});

it('a new service is a service of compose, and the demo and the console wait for it; no other service changes', async () => {
  const before = composed(await textOf('docker-compose.yml'));
  const after = composed(rowChanges(ROOT, one).get('docker-compose.yml') ?? '');
  // Where there are a demo and a console, they wait for all services.
  const { [one.name]: added, console, demo, ...others } = after;
  expect(added).toMatchObject({
    build: { args: { SERVICE: `services/${one.name}` } },
    ports: [`127.0.0.1:\${NEW_SERVICE_ONE_PORT:-8086}:8080`],
  });
  for (const { depends_on } of [console, demo].filter(Boolean))
    expect(depends_on).toEqual({ ...before.demo.depends_on, [one.name]: { condition: 'service_healthy' } });
  for (const [name, service] of Object.entries<{ environment?: object }>(others)) {
    const hosts = expect.stringContaining(one.name);
    const { environment: was = {} } = before[name];
    const now = 'ALLOWED_HOSTS' in was && name in others ? { ...was, ALLOWED_HOSTS: hosts } : was;
    expect({ ...service, environment: service.environment ?? {} }).toEqual({
      ...before[name],
      environment: now,
    });
  }
});

it('a consumer gets its queue', () => {
  const after = composed(rowChanges(ROOT, two).get('docker-compose.yml') ?? '');
  expect(after.localstack.environment.QUEUES).toBe('tasks new-service-two');
  expect(after[two.name].environment.QUEUE).toBe(two.name);
});
