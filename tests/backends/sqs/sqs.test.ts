// What SQS does, and whether the queue at hand does it: the mesh's own, or the one that `MESH_SQS_URL` names for
// `npm run test:backends`. Where LocalStack deviates from AWS, the rule says how, and that is tested there.
import { afterAll, describe, expect, inject, it } from 'vitest';
import { Backend } from './backend.ts';
import type { Rule } from './rule.ts';
import { deadLetterRules } from './rules/dead-letters.ts';
import { fifoRules } from './rules/fifo.ts';
import { receive } from './rules/receive.ts';
import { send } from './rules/send.ts';

const at = new Backend(inject('endpoints').sqs);
const isLocalStack = await at.isLocalStack();
afterAll(() => at[Symbol.asyncDispose]());

describe.each<[string, Rule[]]>([
  ['sending', send],
  ['receiving', receive],
  ['FIFO queues', fifoRules],
  ['dead letters', deadLetterRules],
])('%s', (_, rules) => {
  for (const { title, source, observe, sqs, localstack } of rules) {
    const deviates = isLocalStack && localstack !== undefined;
    const claim = deviates ? `LocalStack deviates from ${source}: ${title}` : `${title} (${source})`;
    it.concurrent(claim, async () => {
      expect(await observe(at)).toEqual(deviates ? localstack : sqs);
    });
  }
});
