// The current names of attributes with an old name: those that OpenTelemetry's package lists, and those of older conventions.
import { readRegistry } from '../conventions/registry.ts';
import type { Span } from '../trace.ts';

/** OpenTelemetry before 1.17, OpenTracing's semantic data conventions and Zipkin's tags; the package does not have them. */
const OLDER = {
  'db.instance': 'db.namespace',
  'db.type': 'db.system.name',
  'http.path': 'url.path',
  'message_bus.destination': 'messaging.destination.name',
  'messaging.consumer_id': 'messaging.client.id',
  'messaging.conversation_id': 'messaging.message.conversation_id',
  'messaging.destination': 'messaging.destination.name',
  'messaging.kafka.client_id': 'messaging.client.id',
  'messaging.kafka.consumer_group': 'messaging.consumer.group.name',
  'messaging.kafka.partition': 'messaging.destination.partition.id',
  'messaging.message_id': 'messaging.message.id',
  'peer.ipv4': 'network.peer.address',
  'peer.ipv6': 'network.peer.address',
};

/** Names whose meaning depends on the side of the call: `*` stands for the other end. */
const OTHER_END = {
  'net.peer.name': '*.address',
  'net.peer.port': '*.port',
  'peer.address': '*.address',
  'peer.hostname': '*.address',
  'peer.port': '*.port',
  'peer.service': '*.service.name',
  'service.peer.name': '*.service.name',
};

/** `Replaced by … on client spans` and `Replaced by … and …` are no simple names. */
const ONE_NAME = /^Replaced by `([\w.-]+)`(?:\.|,|$| \(string\))/;

const listed = [...readRegistry().attributes].flatMap(([old, { deprecated = '' }]) => {
  const [, name] = ONE_NAME.exec(deprecated) ?? [];
  // A name of one segment, such as a metric's `state`, may be any program's own.
  return name && old.includes('.') ? [[old, name] as const] : [];
});
const RENAMED = new Map([...listed, ...Object.entries(OLDER)]);
const BY_SIDE = new Map(Object.entries(OTHER_END));

/** The current name of an attribute; undefined for one that is current or unknown. */
export function currentName(old: string, kind: Span['kind']): string | undefined {
  const other = kind === 'server' || kind === 'consumer' ? 'client' : 'server';
  return RENAMED.get(old) ?? BY_SIDE.get(old)?.replace('*', other);
}
