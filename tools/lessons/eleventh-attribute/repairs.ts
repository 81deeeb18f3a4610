import type { Attempts } from '../src/lesson.ts';

const RETURN = 'return { MessageBody: JSON.stringify(task), MessageAttributes };';

export const attempts: Attempts = {
  right: {
    'writes the field of the body itself': [
      [
        'import { beginTrace }',
        "import { injectContext } from '@trace-mesh/tracing/carrier';\nimport { beginTrace }",
      ],
      [
        RETURN,
        'return { MessageBody: JSON.stringify({ ...task, trace: injectContext() }), MessageAttributes };',
      ],
    ],
    'sends with sendMessage': [
      ['import { sendInSpan } from', 'import { sendInSpan, sendMessage } from'],
      [
        'await sendInSpan(sqs, queue, {}, () => {',
        'await sendMessage(sqs, queue, task, user);\n  if (!sqs) await sendInSpan(sqs, queue, {}, () => {',
      ],
    ],
  },
  cheats: {
    'drops an attribute of the user': [['{ length: 10 }', '{ length: 9 }']],
    'puts the context in the place of an attribute': [
      [
        'isRoom ? { ...user, ...context } : user',
        "isRoom ? user : { ...user, 'attribute-0': undefined, ...context }",
      ],
    ],
  },
};
