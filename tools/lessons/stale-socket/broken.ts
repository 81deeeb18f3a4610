// A client of the hub opens one connection and sends two pings. Which spans are the parents of the answers?
import { EventEmitter, once } from 'node:events';
import { context, SpanKind } from '@opentelemetry/api';
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
  const connection = await connect(endpoints['ws-hub'], {}, { agentId: 'shop', token: tokens.token() });

  const receive = (bytes: Buffer) => {
    const message = jsonCodec.decode(bytes);
    const { type, data } = message;
    const init = processing(type);
    void withSpan(`process ${type}`, init, () => answers.emit(type, data));
  };
  connection.socket.on('message', context.bind(connection.ctx, receive)); // ← all run in the handshake's context

  for (const question of ['first', 'second']) {
    await withSpan(`${question} question`, {}, async () => {
      const answered = once(answers, 'pong', { signal });
      await sendMessage(connection, 'ping', { question });
      await answered;
    });
  }
  connection.socket.close(1000);
});
