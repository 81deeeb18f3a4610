// Where a test of this file fails on your change of a row, run `npm run draw`.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { meshName, withServices } from './compose.ts';
import { drawn, MADE_FOLDER } from './drawn.ts';
import { type Service, services } from './services.ts';
import { inCheckout } from './write.ts';

const read = (path: string) => readFileSync(inCheckout(path), 'utf8');

it.each([...drawn(services, read)])(
  '%s is what `npm run draw` makes from the rows of the services',
  (path, text) => {
    expect(read(path)).toBe(text);
  },
);

it('there is no manifest of a service that has no row', () => {
  const made = [...drawn(services, read).keys()].filter((path) => path.startsWith(MADE_FOLDER));
  const files = readdirSync(inCheckout(MADE_FOLDER)).map((file) => `${MADE_FOLDER}/${file}`);
  expect(files.sort()).toEqual(made.sort());
});

it('a compose file whose marks are gone or twice is rejected, and the error names them', () => {
  const compose = read('docker-compose.yml');
  const mark = '  # End of the made services.\n';
  for (const wrong of [
    compose.replace(mark, ''),
    `${compose}  # Made by \`npm run draw\` from tools/topology/src/services.ts: services.\n`,
  ])
    expect(() => withServices(wrong, services)).toThrow(mark.trim());
});

it('a call of a service that has no row is rejected', () => {
  const lost: Service = { name: 'lost', kind: 'http', port: 1, calls: ['nowhere'] };
  expect(() => drawn([lost], read)).toThrow('lost calls nowhere, which has no row');
});

it('a service with its own needs and calls gets the environment, the order and the ports for them', () => {
  const shop: Service = {
    name: 'drawn-test',
    kind: 'http',
    port: 9000,
    needs: ['redis'],
    calls: ['cost-ledger'],
  };
  const text = withServices(read('docker-compose.yml'), [...services, shop]);
  expect(text).toContain(`  drawn-test:
    <<: *service
    build: { context: ., args: { SERVICE: services/drawn-test } }
    image: ${meshName(text)}-drawn-test
    environment:
      <<: [*service-env, *edge-env, *redis-env]
      OTEL_SERVICE_NAME: drawn-test
      COST_LEDGER_ADDRESS: cost-ledger:8080
    ports: ["127.0.0.1:\${DRAWN_TEST_PORT:-9000}:8080"]
    depends_on:
      redis: { condition: service_healthy }
      cost-ledger: { condition: service_healthy }
`);
});
