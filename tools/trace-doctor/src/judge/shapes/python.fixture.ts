// Python: FastAPI calls Flask by requests, and starts a Celery task; kafka-python sends and receives. Names of the attributes are the
// old ones, which these instrumentations write unless OTEL_SEMCONV_STABILITY_OPT_IN says otherwise.
// https://opentelemetry-python-contrib.readthedocs.io
import type { Trace } from '../../trace.ts';
import { type Process, traceOf, type Written } from './shape.fixture.ts';

const SCOPE = 'opentelemetry.instrumentation';

const process = (service: string): Process => ({
  service,
  resource: {
    'service.name': service,
    'service.instance.id': `instance of ${service}`,
    'telemetry.sdk.language': 'python',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': '1.39.1',
    'telemetry.auto.version': '0.60b1',
    'process.runtime.name': 'cpython',
    'process.runtime.version': '3.12.11',
  },
});

const [web, stock, mailer, ledger] = ['web', 'stock', 'mailer', 'ledger'].map(process) as [
  Process,
  Process,
  Process,
  Process,
];

/** One request for the order `n`. */
const order = (n: number): Written => ({
  id: `py${n}`,
  process: web,
  scope: `${SCOPE}.fastapi`,
  kind: 'server',
  name: 'GET /orders/{order_id}',
  time: [0, 80],
  attributes: {
    'http.scheme': 'http',
    'http.host': '10.0.0.5:8000',
    'net.host.port': 8000,
    'http.flavor': '1.1',
    'http.target': `/orders/${n}`,
    'http.url': `http://web:8000/orders/${n}`,
    'http.method': 'GET',
    'http.server_name': 'web:8000',
    'http.user_agent': 'curl/8.14.1',
    'net.peer.ip': '10.0.0.9',
    'http.route': '/orders/{order_id}',
    'http.status_code': 200,
  },
  children: [
    request(n),
    {
      id: `py${n} task`,
      process: web,
      scope: `${SCOPE}.celery`,
      kind: 'producer',
      name: 'apply_async/shop.mail',
      time: [40, 6],
      attributes: {
        'celery.action': 'apply_async',
        'celery.task_name': 'shop.mail',
        'messaging.destination': 'celery',
        'messaging.destination_kind': 'queue',
        'messaging.message_id': `task-${n}`,
      },
      children: [
        {
          id: `py${n} run`,
          process: mailer,
          scope: `${SCOPE}.celery`,
          kind: 'consumer',
          name: 'run/shop.mail',
          time: [60, 300],
          attributes: {
            'celery.action': 'run',
            'celery.state': 'SUCCESS',
            'celery.task_name': 'shop.mail',
            'messaging.destination': 'celery',
            'messaging.message_id': `task-${n}`,
            'net.peer.name': 'gen29@mailer',
          },
        },
      ],
    },
    send(n),
    ...['response start', 'response body'].map(
      (what, at): Written => ({
        id: `py${n} ${what}`,
        process: web,
        scope: `${SCOPE}.asgi`,
        kind: 'internal',
        name: 'GET /orders/{order_id} http send',
        time: [70 + at, 1],
        attributes: { 'asgi.event.type': `http.${what.replace(' ', '.')}` },
      }),
    ),
  ],
});

const request = (n: number): Written => ({
  id: `py${n} get`,
  process: web,
  scope: `${SCOPE}.requests`,
  kind: 'client',
  name: 'GET',
  time: [5, 30],
  attributes: {
    'http.method': 'GET',
    'http.url': `http://stock:8080/items/${n}`,
    'http.status_code': 200,
  },
  children: [
    {
      id: `py${n} stock`,
      process: stock,
      scope: `${SCOPE}.flask`,
      kind: 'server',
      name: 'GET /items/<int:item>',
      time: [8, 20],
      attributes: {
        'http.method': 'GET',
        'http.server_name': '0.0.0.0',
        'http.scheme': 'http',
        'net.host.name': 'stock:8080',
        'http.host': 'stock:8080',
        'net.host.port': 8080,
        'http.target': `/items/${n}`,
        'net.peer.ip': '10.0.0.5',
        'net.peer.port': 51_234,
        'http.flavor': '1.1',
        'http.route': '/items/<int:item>',
        'http.status_code': 200,
      },
      children: [
        {
          id: `py${n} select`,
          process: stock,
          scope: `${SCOPE}.psycopg2`,
          kind: 'client',
          name: 'SELECT',
          time: [10, 7],
          attributes: {
            'db.system': 'postgresql',
            'db.name': 'stock',
            'db.statement': 'SELECT amount FROM items WHERE id = %s',
            'db.user': 'stock',
            'net.peer.name': 'postgres',
            'net.peer.port': 5432,
          },
        },
        {
          id: `py${n} redis`,
          process: stock,
          scope: `${SCOPE}.redis`,
          kind: 'client',
          name: 'GET',
          time: [18, 6],
          attributes: {
            'db.system': 'redis',
            'db.statement': 'GET ?',
            'db.redis.database_index': 0,
            'net.peer.name': 'redis',
            'net.peer.port': 6379,
            'net.transport': 'ip_tcp',
            'db.redis.args_length': 2,
          },
        },
      ],
    },
  ],
});

const send = (n: number): Written => ({
  id: `py${n} send`,
  process: web,
  scope: `${SCOPE}.kafka`,
  kind: 'producer',
  name: 'orders send',
  time: [50, 5],
  attributes: {
    'messaging.system': 'kafka',
    'messaging.destination': 'orders',
    'messaging.kafka.partition': 0,
    'messaging.url': '["kafka:9092"]',
  },
  children: [
    {
      id: `py${n} receive`,
      process: ledger,
      scope: `${SCOPE}.kafka`,
      kind: 'consumer',
      name: 'orders receive',
      time: [90, 6],
      attributes: {
        'messaging.system': 'kafka',
        'messaging.destination': 'orders',
        'messaging.kafka.partition': 0,
        'messaging.message_id': `orders.0.${n}`,
        'messaging.operation': 'receive',
        'messaging.url': '["kafka:9092"]',
      },
    },
  ],
});

/** Two requests. */
export const python = (): Trace[] => [traceOf(order(7)), traceOf(order(8), 1000)];
