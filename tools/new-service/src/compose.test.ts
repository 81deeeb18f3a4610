// Adds services to this checkout's docker-compose.yml.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './checkout.ts';
import { composedServices, composeService, FIRST_PORT, freePort } from './compose.ts';

const source = await readFile(join(ROOT, 'docker-compose.yml'), 'utf8');
const read = (text: string) => parse(text, { merge: true });
const before = read(source);
const block = (name: string) =>
  `\n  ${name}:\n    build: { args: { SERVICE: services/${name} } }\n    ports: ["127.0.0.1:8086:8080"]\n`;
const one = { name: 'new-service-one', kind: 'http', port: 8086 } as const;
const two = { name: 'new-service-two', kind: 'sqs', port: undefined } as const;

it('adds the block and changes no other service', () => {
  const { services } = read(composeService(source, one, block(one.name)));
  const { 'new-service-one': added, ...others } = services;
  expect(added).toEqual({
    build: { args: { SERVICE: `services/${one.name}` } },
    ports: ['127.0.0.1:8086:8080'],
  });
  expect(others).toEqual(before.services);
});

it('adds the queue of a consumer', () => {
  const { services } = read(composeService(source, two, block(two.name)));
  expect(services.localstack.environment.QUEUES).toBe(
    `${before.services.localstack.environment.QUEUES} new-service-two`,
  );
});

it('keeps every line, comments included, and adds a second service after the first', () => {
  const both = composeService(composeService(source, one, block(one.name)), two, block(two.name));
  const lines = both.split('\n');
  for (const line of source.split('\n')) if (!line.includes('QUEUES')) expect(lines).toContain(line);
  const names = composedServices(both);
  expect(names.indexOf(two.name)).toBe(names.indexOf(one.name) + 1);
});

it('finds a port that the file does not contain', () => {
  const port = freePort(source);
  expect(port).toBeGreaterThanOrEqual(FIRST_PORT);
  expect(freePort(`${source}\n# ${port}`)).toBe(port + 1);
});

it('rejects a file without services to build or without queues', () => {
  const bare = 'services:\n  a:\n    build: { args: { SERVICE: services/a } }\n';
  expect(() => composeService('services: {}\n', one, '')).toThrow('builds no service of services/');
  expect(() => composeService(bare, two, block(two.name))).toThrow('has no services.localstack.environment');
});
