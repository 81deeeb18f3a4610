import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { composeEndpoints, isInContainers, requireMesh } from './compose.ts';

const never = new AbortController().signal;

it('finds the published ports on the host', () => {
  expect(composeEndpoints({})).toMatchObject({
    'edge-mcp': 'http://127.0.0.1:8080/mcp',
    'rest-api': 'http://127.0.0.1:8081',
    'cost-ledger': '127.0.0.1:8082',
    'ws-hub': 'ws://127.0.0.1:8083/ws',
    bedrock: 'http://127.0.0.1:8084',
    sqs: 'http://127.0.0.1:4566',
    otlp: 'http://127.0.0.1:4318',
    traces: 'http://127.0.0.1:16686',
    viewer: 'http://127.0.0.1:16686',
    console: 'http://127.0.0.1:8085',
  });
});

it('takes the service names from the environment inside the network', () => {
  const env = { MESH_EDGE_MCP_URL: 'http://edge-mcp:8080/mcp', MESH_COST_LEDGER_ADDRESS: 'cost-ledger:8082' };
  expect(composeEndpoints(env)).toMatchObject({
    'edge-mcp': 'http://edge-mcp:8080/mcp',
    'cost-ledger': 'cost-ledger:8082',
    sqs: 'http://127.0.0.1:4566',
  });
});

it('takes an empty variable for an absent one', () => {
  expect(composeEndpoints({ MESH_SQS_URL: '' }).sqs).toBe('http://127.0.0.1:4566');
});

it('names the variable whose value is not an address', () => {
  expect(() => composeEndpoints({ MESH_COST_LEDGER_ADDRESS: 'http://cost-ledger:8082' })).toThrow(
    'MESH_COST_LEDGER_ADDRESS=http://cost-ledger:8082 is not an address (such as 127.0.0.1:8082)',
  );
});

it('takes any HTTP answer for a running mesh, and none for a missing one', async () => {
  const server = createServer((_request, response) => response.writeHead(405).end());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const endpoints = composeEndpoints({ MESH_EDGE_MCP_URL: url });
  await expect(requireMesh(endpoints, never)).resolves.toBeUndefined();
  server.close();
  server.closeAllConnections();
  await expect(requireMesh(endpoints, never)).rejects.toThrow(
    `no mesh answers at ${url}: start it with \`docker compose up -d --build --wait\``,
  );
});

it.each([
  ['a LocalStack in a container', '{"version":"4.14.0","is_docker":true}', true],
  ['a LocalStack on the host', '{"version":"4.14.0","is_docker":false}', false],
  ['another queue', '<ErrorResponse/>', false],
])('tells a mesh in containers by its queue: %s', async (_what, body, expected) => {
  const server = createServer((request, response) =>
    response.end(request.url === '/_localstack/info' ? body : undefined),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sqs = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await isInContainers({ sqs }, never)).toBe(expected);
  server.close();
  server.closeAllConnections();
  expect(await isInContainers({ sqs }, never)).toBe(false);
});
