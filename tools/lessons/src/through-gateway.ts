// The hops from the shop through the gateway to rest-api.
import { client, parent, server } from '@trace-mesh/scenarios/scenario';

export const throughGateway = [
  parent(1, 'http', client('shop', 'GET'), server('gateway', 'GET /tasks/:taskId')),
  parent(1, 'http', server('gateway', 'GET /tasks/:taskId'), client('gateway', 'GET')),
  parent(1, 'http', client('gateway', 'GET'), server('rest-api', 'GET /api/tasks/:taskId')),
];
