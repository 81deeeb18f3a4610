// docker-compose.yml as it is, with a service put into it: what YAML reads then, and that nothing else is another.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { HERE } from './checkout.ts';
import { composedServices, composeService, FIRST_PORT, freePort } from './compose.ts';

const source = await readFile(join(HERE, 'docker-compose.yml'), 'utf8');
const read = (text: string) => parse(text, { merge: true });
const before = read(source);
const block = (name: string) =>
  `\n  ${name}:\n    build: { args: { SERVICE: services/${name} } }\n    ports: ["127.0.0.1:8086:8080"]\n`;
const one = { name: 'new-service-one', kind: 'http', port: 8086 } as const;
const two = { name: 'new-service-two', kind: 'sqs', port: undefined } as const;

it('puts the block behind the services, and tells the demo where it is and to wait for it', () => {
  const { services } = read(composeService(source, one, block(one.name)));
  const { 'new-service-one': added, demo, ...others } = services;
  const { demo: asBefore, ...othersBefore } = before.services;
  expect(added).toEqual({
    build: { args: { SERVICE: `services/${one.name}` } },
    ports: ['127.0.0.1:8086:8080'],
  });
  expect(demo).toEqual({
    ...asBefore,
    environment: { ...asBefore.environment, MESH_NEW_SERVICE_ONE_ADDRESS: 'http://new-service-one:8080' },
    depends_on: { ...asBefore.depends_on, [one.name]: { condition: 'service_healthy' } },
  });
  expect(others).toEqual(othersBefore);
});

it('makes a queue for a consumer, which has no address', () => {
  const { services } = read(composeService(source, two, block(two.name)));
  expect(services.localstack.environment.QUEUES).toBe(
    `${before.services.localstack.environment.QUEUES} new-service-two`,
  );
  expect(services.demo.environment).toEqual(before.services.demo.environment);
});

it('takes not a line away, comments included, and a second service after the first', () => {
  const both = composeService(composeService(source, one, block(one.name)), two, block(two.name));
  const lines = both.split('\n');
  for (const line of source.split('\n')) if (!line.includes('QUEUES')) expect(lines).toContain(line);
  const names = composedServices(both);
  expect(names.indexOf(two.name)).toBe(names.indexOf(one.name) + 1);
});

it('finds a port that nothing is published at', () => {
  const port = freePort(source);
  expect(port).toBeGreaterThanOrEqual(FIRST_PORT);
  expect(freePort(`${source}\n# ${port}`)).toBe(port + 1);
});

it('refuses a file in which it does not find its way', () => {
  const bare = 'services:\n  a:\n    build: { args: { SERVICE: services/a } }\n';
  expect(() => composeService(bare, one, block(one.name))).toThrow('has no services.demo.depends_on');
  expect(() => composeService('services: {}\n', one, '')).toThrow('builds no service of services/');
});
