import type { Attempts } from '../src/lesson.ts';

const LISTEN = "connection.socket.on('message', context.bind(connection.ctx, receive));";
const IMPORT = "import { context, SpanKind } from '@opentelemetry/api';";

export const attempts: Attempts = {
  right: {
    'listens with onMessage': [
      [
        'import { connect, jsonCodec, sendMessage } from',
        'import { connect, jsonCodec, onMessage, sendMessage } from',
      ],
      [
        LISTEN,
        "onMessage(connection, ({ type, data }) => void answers.emit(type, data), (error) => answers.emit('error', error));",
      ],
    ],
    "runs in the sender's context": [
      [IMPORT, `${IMPORT}\nimport { extractContext } from '@trace-mesh/tracing/carrier';`],
      ['void withSpan(', 'void context.with(extractContext(message.carrier), withSpan, undefined, '],
    ],
  },
  cheats: {
    'a trace for each message': [
      [IMPORT, "import { context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';"],
      [LISTEN, "connection.socket.on('message', context.bind(ROOT_CONTEXT, receive));"],
    ],
    'the question that waits as parent': [
      [
        'const answers = new EventEmitter();',
        'const answers = new EventEmitter();\n  let waiting = context.active();',
      ],
      ['const answered = once(', 'waiting = context.active();\n      const answered = once('],
      ['const init = processing(type);', 'const init = { ...processing(type), parent: waiting };'],
    ],
  },
};
