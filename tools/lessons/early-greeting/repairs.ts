import type { Attempts } from '../src/lesson.ts';

const LISTEN = "connection.socket.on('message', receive);";
const IMPORT = 'import { connect, jsonCodec, sendMessage }';

export const attempts: Attempts = {
  right: {
    'reads from the queue of the connection': [
      [IMPORT, 'import { connect, jsonCodec, onMessage, sendMessage }'],
      [
        LISTEN,
        "onMessage(connection, ({ type, data }) => void answers.emit(type, data), (error) => answers.emit('error', error));",
      ],
    ],
    'processes the message that it waited for': [
      ['await once(', 'const [first] = await once('],
      [LISTEN, `${LISTEN}\n  receive(first);`],
    ],
  },
  cheats: {
    'makes a span for a greeting': [
      [LISTEN, `${LISTEN}\n  await withSpan('process welcome', processing('welcome'), () => {});`],
    ],
  },
};
