// Go: otelhttp, otelgrpc, redisotel, otelsql and franz-go's kotel. https://pkg.go.dev/go.opentelemetry.io/contrib/instrumentation
import type { Trace } from '../../trace.ts';
import { type Process, traceOf, type Written } from './shape.fixture.ts';

const CONTRIB = 'go.opentelemetry.io/contrib/instrumentation';

const process = (service: string): Process => ({
  service,
  resource: {
    'service.name': service,
    'service.version': '1.4.0',
    'service.instance.id': `instance of ${service}`,
    'telemetry.sdk.language': 'go',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': '1.40.0',
    'host.name': `${service}-host`,
    'process.runtime.name': 'go',
    'process.runtime.version': 'go1.25.5',
  },
});

const [gateway, cart, billing] = ['gateway', 'cart', 'billing'].map(process) as [Process, Process, Process];

const rpc = {
  'rpc.system': 'grpc',
  'rpc.service': 'cart.v1.CartService',
  'rpc.method': 'GetCart',
  'rpc.grpc.status_code': 0,
};

/** The messages of a topic, as kotel names them. */
const topic = (operation: string) => ({
  'messaging.system': 'kafka',
  'messaging.destination.kind': 'topic',
  'messaging.destination.name': 'invoices',
  'messaging.operation': operation,
});

const checkout = (n: number): Written => ({
  id: `go${n}`,
  process: gateway,
  scope: `${CONTRIB}/net/http/otelhttp`,
  kind: 'server',
  name: 'POST /v1/carts/{id}/checkout',
  time: [0, 90],
  attributes: {
    'http.request.method': 'POST',
    'url.scheme': 'http',
    'url.path': `/v1/carts/${n}/checkout`,
    'http.route': '/v1/carts/{id}/checkout',
    'server.address': 'gateway',
    'server.port': 8080,
    'client.address': '10.1.0.9',
    'network.peer.address': '10.1.0.9',
    'network.protocol.version': '1.1',
    'user_agent.original': 'Go-http-client/1.1',
    'http.response.status_code': 201,
    'http.response.body.size': 118,
  },
  children: [
    call(n),
    {
      id: `go${n} publish`,
      process: gateway,
      scope: 'github.com/twmb/franz-go/plugin/kotel',
      kind: 'producer',
      name: 'invoices publish',
      time: [50, 12],
      attributes: topic('publish'),
      children: [
        {
          id: `go${n} receive`,
          process: billing,
          scope: 'github.com/twmb/franz-go/plugin/kotel',
          kind: 'consumer',
          name: 'invoices receive',
          time: [70, 6],
          attributes: {
            ...topic('receive'),
            'messaging.kafka.source.partition': 2,
            'messaging.kafka.message.offset': n,
          },
          children: [
            {
              id: `go${n} process`,
              process: billing,
              scope: 'github.com/twmb/franz-go/plugin/kotel',
              kind: 'consumer',
              name: 'invoices process',
              time: [77, 40],
              attributes: { ...topic('process'), 'messaging.kafka.message.offset': n },
            },
          ],
        },
      ],
    },
  ],
});

const call = (n: number): Written => ({
  id: `go${n} call`,
  process: gateway,
  scope: `${CONTRIB}/google.golang.org/grpc/otelgrpc`,
  kind: 'client',
  name: 'cart.v1.CartService/GetCart',
  time: [5, 40],
  attributes: { ...rpc, 'server.address': 'cart', 'server.port': 9090 },
  children: [
    {
      id: `go${n} cart`,
      process: cart,
      scope: `${CONTRIB}/google.golang.org/grpc/otelgrpc`,
      kind: 'server',
      name: 'cart.v1.CartService/GetCart',
      time: [8, 30],
      attributes: { ...rpc, 'network.peer.address': '10.1.0.7', 'network.peer.port': 40_404 },
      children: [
        {
          id: `go${n} redis`,
          process: cart,
          scope: 'github.com/redis/go-redis/extra/redisotel',
          kind: 'client',
          name: 'get',
          time: [10, 6],
          attributes: { 'db.system': 'redis', 'db.statement': 'get ?', 'server.address': 'redis' },
        },
        {
          id: `go${n} sql`,
          process: cart,
          scope: 'github.com/XSAM/otelsql',
          kind: 'client',
          name: 'sql.conn.query',
          time: [20, 8],
          attributes: {
            'db.system': 'postgresql',
            'db.statement': 'SELECT item, amount FROM lines WHERE cart = $1',
          },
        },
      ],
    },
  ],
});

/** Two requests. */
export const go = (): Trace[] => [traceOf(checkout(7)), traceOf(checkout(8), 1000)];
