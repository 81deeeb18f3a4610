// A client of the hub says hello, waits until the hub is ready and then sends a ping. Which messages of the hub are processed?
import { EventEmitter, once } from 'node:events';
import { SpanKind } from '@opentelemetry/api';
import { extractContext } from '@trace-mesh/tracing/carrier';
import { withSpan } from '@trace-mesh/tracing/span';
import { connect, jsonCodec, sendMessage } from '@trace-mesh/tracing/websocket';
import { beginTrace } from '../src/program.ts';

/** The span of a received message. */
const processing = (type: string) => ({
  kind: SpanKind.CONSUMER,
  attributes: {
    'messaging.system.name': 'websocket',
    'messaging.destination.name': type,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
  },
});

await beginTrace(async ({ endpoints, tokens, signal }) => {
  const answers = new EventEmitter();
  const hello = { via: 'hello', agentId: 'shop', token: tokens.token() } as const;
  const connection = await connect(endpoints['ws-hub'], {}, hello);

  const receive = (bytes: Buffer) => {
    const { type, data, carrier } = jsonCodec.decode(bytes);
    const init = { ...processing(type), parent: extractContext(carrier) };
    void withSpan(`process ${type}`, init, () => answers.emit(type, data));
  };
  connection.socket.on('message', receive); // ← before anything is awaited
  await once(answers, 'welcome', { signal });

  const answered = once(answers, 'pong', { signal });
  await sendMessage(connection, 'ping', {});
  await answered;
  connection.socket.close(1000);
});
