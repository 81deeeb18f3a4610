// Java, by the agent: Tomcat with Spring, JDBC, Apache's HTTP client, and Kafka with receive telemetry, where a process span links to
// its producer. https://github.com/open-telemetry/opentelemetry-java-instrumentation
import type { Trace } from '../../trace.ts';
import { idOf, type Process, traceIdOf, traceOf, type Written } from './shape.fixture.ts';

const process = (service: string): Process => ({
  service,
  resource: {
    'service.name': service,
    'service.instance.id': `instance of ${service}`,
    'telemetry.sdk.language': 'java',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': '1.57.0',
    'telemetry.distro.name': 'opentelemetry-java-instrumentation',
    'telemetry.distro.version': '2.23.0',
    'host.name': `${service}-7d9f`,
    'os.type': 'linux',
    'process.pid': 1,
    'process.runtime.name': 'OpenJDK Runtime Environment',
    'process.runtime.version': '21.0.9+10-LTS',
    'k8s.namespace.name': 'shop',
    'k8s.pod.name': `${service}-7d9f`,
    'k8s.pod.uid': `uid of ${service}-7d9f`,
  },
});

const [storefront, pricing, shipping] = ['storefront', 'pricing', 'shipping'].map(process) as [
  Process,
  Process,
  Process,
];

const thread = (name: string) => ({ 'thread.id': 42, 'thread.name': name });
const topic = (operation: string) => ({
  'messaging.system': 'kafka',
  'messaging.destination.name': 'shipments',
  'messaging.operation': operation,
});

const place = (n: number): Written => ({
  id: `java${n}`,
  process: storefront,
  scope: 'io.opentelemetry.tomcat-10.0',
  kind: 'server',
  name: 'POST /orders/{id}',
  time: [0, 120],
  attributes: {
    'http.request.method': 'POST',
    'http.route': '/orders/{id}',
    'http.response.status_code': 200,
    'url.path': `/orders/${n}`,
    'url.scheme': 'http',
    'server.address': 'storefront',
    'server.port': 8080,
    'client.address': '10.2.0.9',
    'network.peer.address': '10.2.0.9',
    'network.protocol.version': '1.1',
    'user_agent.original': 'okhttp/5.1.0',
    ...thread('http-nio-8080-exec-1'),
  },
  children: [
    {
      id: `java${n} controller`,
      process: storefront,
      scope: 'io.opentelemetry.spring-webmvc-6.0',
      kind: 'internal',
      name: 'OrderController.place',
      time: [5, 110],
      attributes: thread('http-nio-8080-exec-1'),
      children: [insert(n), price(n), publish(n)],
    },
  ],
});

const insert = (n: number): Written => ({
  id: `java${n} insert`,
  process: storefront,
  scope: 'io.opentelemetry.jdbc',
  kind: 'client',
  name: 'INSERT shop.orders',
  time: [10, 9],
  attributes: {
    'db.system': 'postgresql',
    'db.name': 'shop',
    'db.user': 'shop',
    'db.connection_string': 'postgresql://postgres:5432',
    'db.statement': 'insert into orders (id, note) values (?, ?)',
    'db.operation': 'INSERT',
    'db.sql.table': 'orders',
    'server.address': 'postgres',
    'server.port': 5432,
    ...thread('http-nio-8080-exec-1'),
  },
});

const price = (n: number): Written => ({
  id: `java${n} get`,
  process: storefront,
  scope: 'io.opentelemetry.apache-httpclient-5.0',
  kind: 'client',
  name: 'GET',
  time: [25, 40],
  attributes: {
    'http.request.method': 'GET',
    'url.full': `http://pricing:8080/prices/${n}`,
    'server.address': 'pricing',
    'server.port': 8080,
    'http.response.status_code': 200,
    'network.protocol.version': '1.1',
    ...thread('http-nio-8080-exec-1'),
  },
  children: [
    {
      id: `java${n} pricing`,
      process: pricing,
      scope: 'io.opentelemetry.tomcat-10.0',
      kind: 'server',
      name: 'GET /prices/{id}',
      time: [30, 30],
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/prices/{id}',
        'http.response.status_code': 200,
        'url.path': `/prices/${n}`,
        'url.scheme': 'http',
        'server.address': 'pricing',
        'server.port': 8080,
        ...thread('http-nio-8080-exec-3'),
      },
    },
  ],
});

const publish = (n: number): Written => ({
  id: `java${n} publish`,
  process: storefront,
  scope: 'io.opentelemetry.kafka-clients-0.11',
  kind: 'producer',
  name: 'shipments publish',
  time: [80, 10],
  attributes: {
    ...topic('publish'),
    'messaging.client_id': 'producer-1',
    'messaging.destination.partition.id': '0',
    'messaging.kafka.message.offset': n,
    ...thread('http-nio-8080-exec-1'),
  },
});

/** The poll is a trace of its own. */
const poll = (n: number): Written => ({
  id: `poll${n}`,
  process: shipping,
  scope: 'io.opentelemetry.kafka-clients-0.11',
  kind: 'consumer',
  name: 'shipments receive',
  time: [100, 30],
  attributes: {
    ...topic('receive'),
    'messaging.batch.message_count': 1,
    'messaging.kafka.consumer.group': 'shipping',
    'messaging.client_id': 'consumer-shipping-1',
    ...thread('container-0-C-1'),
  },
  children: [
    {
      id: `poll${n} process`,
      process: shipping,
      scope: 'io.opentelemetry.spring-kafka-2.7',
      kind: 'consumer',
      name: 'shipments process',
      time: [131, 60],
      attributes: {
        ...topic('process'),
        'messaging.destination.partition.id': '0',
        'messaging.kafka.consumer.group': 'shipping',
        'messaging.kafka.message.offset': n,
        ...thread('container-0-C-1'),
      },
      links: [`java${n} publish`],
    },
  ],
});

/** Two requests, and the polls of their messages. */
export const java = (): Trace[] => [
  traceOf(place(7)),
  traceOf(poll(7)),
  traceOf(place(8), 1000),
  traceOf(poll(8), 1000),
];

export const linkToPublish = (n: number) => ({
  traceId: traceIdOf(`java${n}`),
  spanId: idOf(`java${n} publish`),
});
