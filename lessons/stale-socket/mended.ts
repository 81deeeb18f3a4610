// A client of the hub: it opens one connection and asks twice. To whom do the answers belong?
import { EventEmitter, once } from 'node:events';
import { withSpan } from '@trace-mesh/tracing/span';
import { connect, onMessage, sendMessage } from '@trace-mesh/tracing/websocket';
import { beginTrace } from '../src/program.ts';

await beginTrace(async ({ endpoints, tokens, signal }) => {
  const answers = new EventEmitter();
  const connection = await connect(endpoints['ws-hub'], {}, { agentId: 'shop', token: tokens.token() });

  const receive = ({ type, data }: { type: string; data: unknown }) => void answers.emit(type, data);
  onMessage(connection, receive, (error) => answers.emit('error', error)); // ← each message in its sender's context

  for (const question of ['first', 'second']) {
    await withSpan(`${question} question`, {}, async () => {
      const answered = once(answers, 'pong', { signal });
      await sendMessage(connection, 'ping', { question });
      await answered;
    });
  }
  connection.socket.close(1000);
});
