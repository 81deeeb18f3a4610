import { expect, it } from 'vitest';
import { composedServices, FIRST_PORT, freePort } from './compose.ts';

it('the first free port for a new service is one that docker-compose.yml does not contain', () => {
  expect(freePort('ports: ["127.0.0.1:8080:8080"]')).toBe(FIRST_PORT);
  expect(freePort(`ports: ["127.0.0.1:\${A_PORT:-${FIRST_PORT}}:8080"]`)).toBe(FIRST_PORT + 1);
});

it('the services of a compose file are read by name, and a file without any is rejected', () => {
  expect(composedServices('services:\n  a: {}\n  b: {}\n')).toEqual(['a', 'b']);
  expect(() => composedServices('name: empty\n')).toThrow('has no services');
});
