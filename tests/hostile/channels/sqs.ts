// Messages by a sender that may write to the worker's queue: a body that is not a task becomes a dead letter whose error quotes
// nothing, a message with a broken context is processed like any other, and no task is run for another tenant.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, inject, vi } from 'vitest';
import { newAttacker } from '../attacker.ts';
import { endOf } from '../far-side.ts';
import { type Channel, type HostileInput, SECRET } from '../input.ts';
import { postTask } from '../rest-call.ts';
import { type Attributes, deadLetterWith, sendToWorker } from '../task-queue.ts';

const TASK = { tenantId: 'another', prompt: SECRET, maxTokens: 16 };
const text = (StringValue: string) => ({ DataType: 'String', StringValue });

/** A body that is not a task, made unique by the spaces at its end. */
const dead = (name: string, body: string): HostileInput => ({
  name,
  async send() {
    const unique = `${body} ${' '.repeat(letters++)}`;
    await sendToWorker(unique);
    return { ...(await deadLetterWith(unique)) };
  },
  answer: {
    code: 'unprocessable_message',
    message: expect.stringMatching(/^the message could not be processed: (Error|ZodError|\$ZodError)$/),
  },
});
let letters = 0;

const bodies = [
  dead('text', SECRET),
  dead('half an object', `{"taskId":"${SECRET}`),
  dead('a secret after a mistake', `{"taskId": oops "${SECRET}"}`),
  dead('null', 'null'),
  dead('a number', '7'),
  dead('a list', `["${SECRET}"]`),
  dead('no task', '{}'),
  dead('a task id that is none', JSON.stringify({ ...TASK, taskId: SECRET })),
  dead('a tenant that is an object', JSON.stringify({ ...TASK, taskId: randomUUID(), tenantId: { a: 1 } })),
  dead('a prompt that is a list', JSON.stringify({ ...TASK, taskId: randomUUID(), prompt: [SECRET] })),
  dead('less than no tokens', JSON.stringify({ ...TASK, taskId: randomUUID(), maxTokens: -1 })),
  dead('a mode that is none', JSON.stringify({ ...TASK, taskId: randomUUID(), mode: 'rm' })),
  dead('a prototype to pollute', '{"__proto__":{"taskId":"x"}}'),
  dead('lists in lists, 100,000 deep', '['.repeat(100_000)),
  dead('250 KiB of text', 'x'.repeat(250 * 1024)),
];

interface Forged {
  attributes?: Attributes;
  fields?: Record<string, unknown>;
}

/** A second message for a task that is done, with broken context: processing it changes nothing. */
async function again({ attributes = {}, fields = {} }: Forged) {
  const attacker = newAttacker();
  const taskId = randomUUID();
  await postTask(JSON.stringify({ taskId, prompt: SECRET }), ['Content-Type: application/json'], attacker);
  const before = await endOf(taskId, attacker);
  await sendToWorker(JSON.stringify({ ...TASK, taskId, tenantId: attacker.tenantId, ...fields }), attributes);
  await deliveredAgain(taskId);
  return { isUnchanged: isDeepStrictEqual(await endOf(taskId, attacker), before), text: '' };
}

function deliveredAgain(taskId: string): Promise<void> {
  return vi.waitFor(
    async () => {
      const log = await readFile(join(inject('logDir'), 'worker.log'), 'utf8');
      const lines = log.split('\n').filter((line) => line.includes(taskId));
      expect(lines.some((line) => line.includes('redelivered task has already ended'))).toBe(true);
    },
    { timeout: 20_000, interval: 100 },
  );
}

const harmless = (name: string, forged: Forged): HostileInput => ({
  name,
  send: () => again(forged),
  answer: { isUnchanged: true },
});

const VALID = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const contexts = [
  harmless('another tenant’s name for a task', { fields: { tenantId: 'another' } }),
  harmless('a traceparent of noise', { attributes: { traceparent: text(SECRET) } }),
  harmless('a traceparent that is a number', {
    attributes: { traceparent: { DataType: 'Number', StringValue: '1' } },
  }),
  harmless('a traceparent that is binary', {
    attributes: { traceparent: { DataType: 'Binary', BinaryValue: Buffer.from(VALID) } },
  }),
  ...[
    ['a trace id of zeros', VALID.replace(/-0af\w+/, `-${'0'.repeat(32)}`)],
    ['a span id of zeros', VALID.replace(/-b7\w+/, `-${'0'.repeat(16)}`)],
    ['a trace id in capitals', VALID.toUpperCase()],
    ['a trace id that is too short', VALID.replace('0af7', '')],
    ['a span id that is too long', VALID.replace('b7ad', 'b7adb7ad')],
    ['ids that are no hex', VALID.replaceAll(/[ab]/g, 'g')],
    ['the version that is forbidden', VALID.replace('00-', 'ff-')],
  ].map(([name, traceparent = '']) =>
    harmless(`a link to ${name}`, { attributes: { traceparent: text(traceparent) } }),
  ),
  harmless('a tracestate of noise', { attributes: { traceparent: text(VALID), tracestate: text('===,,') } }),
  harmless('a line break in its baggage', {
    attributes: { traceparent: text(VALID), baggage: text('a=1\r\nX-Evil: 1') },
  }),
  harmless('an MCP context of noise', {
    attributes: { traceparent: text(VALID), 'x-mcp-context': text('%%%&=&x') },
  }),
  harmless('an MCP context of 10,000 characters', {
    attributes: { traceparent: text(VALID), 'x-mcp-context': text(`x-mcp-tenant-id=${'t'.repeat(10_000)}`) },
  }),
  ...[
    { Message: { toString: 1 } },
    { MessageAttributes: { traceparent: { Type: 'Binary', Value: {} } } },
    { MessageAttributes: { traceparent: { Type: 'Binary', Value: '=%=' } } },
  ].map((fields) =>
    harmless(`an SNS notification with ${JSON.stringify(fields)}`, {
      fields: { Type: 'Notification', ...fields },
    }),
  ),
  harmless('an error of the sender’s', { attributes: { 'mesh-error': text('{"code":"evil"}') } }),
  ...[
    [],
    'text',
    7,
    null,
    { traceparent: [VALID] },
    { traceparent: `${VALID}\r\nX-Evil: 1` },
    { a: { b: {} } },
  ].map((trace) => harmless(`a body whose trace is ${JSON.stringify(trace)}`, { fields: { trace } })),
];

/** What the queue refuses from every sender. */
const refused = (name: string, body: string, attributes: Attributes, code: string): HostileInput => ({
  name,
  send: () =>
    sendToWorker(body, attributes).then(
      () => ({ code: 'taken', text: '' }),
      (error: Error) => ({ code: error.name, text: '' }),
    ),
  answer: { code },
});
const many = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, text('x')]));
const refusals = [
  refused('eleven attributes', '{}', many, 'InvalidParameterValue'),
  refused('an attribute that is empty', '{}', { traceparent: text('') }, 'InvalidParameterValue'),
  refused('an attribute named as those of AWS', '{}', { 'AWS.Trace': text('x') }, 'InvalidParameterValue'),
  refused('a body of more than 1 MiB', 'x'.repeat(1024 * 1024 + 1), {}, 'InvalidParameterValue'),
];

export const sqs: Channel = { name: 'SQS', inputs: [...bodies, ...contexts, ...refusals] };
