// Bodies for REST: what is no task is a 400 that quotes nothing of it, what is too large a 413, however it was packed.
import { gzipSync } from 'node:zlib';
import { type Channel, CLAIMED, type HostileInput, SECRET } from '../input.ts';
import { postTask } from '../rest-call.ts';

const JSON_TYPE = 'Content-Type: application/json';
const MIB = 1024 * 1024;

const invalid = (status = 400) => ({ status, body: { status, title: 'invalid request' } });
const noJson = { status: 400, body: { detail: 'the body is not a JSON object or array' } };

const refused = (name: string, body: string | Buffer, answer: Record<string, unknown>): HostileInput => ({
  name,
  send: () => postTask(body),
  answer,
});
const sentAs = (name: string, headers: string[], body: string | Buffer, answer: Record<string, unknown>) => ({
  name,
  send: () => postTask(body, headers),
  answer,
});
const task = (fields: Record<string, unknown>) => JSON.stringify({ prompt: SECRET, ...fields });
const zip = (bytes: Buffer) => gzipSync(bytes);

export const restBodies: Channel = {
  name: 'REST bodies',
  inputs: [
    refused('half an object', `{"prompt": "${SECRET}`, noJson),
    refused('a secret after a mistake', `{"prompt": oops "${SECRET}"}`, noJson),
    refused('single quotes', `{'prompt': '${SECRET}'}`, noJson),
    refused('a bare number', '0', noJson),
    refused('null', 'null', noJson),
    refused('a bare text', `"${SECRET}"`, noJson),
    refused('a list', `["${SECRET}"]`, invalid()),
    refused('nothing', '', invalid()),
    refused('lists in lists, 100,000 deep', '['.repeat(100_000), noJson),
    refused('objects in objects, 50,000 deep', '{"a":'.repeat(50_000), noJson),
    refused(
      'lists in lists, 100,000 deep and closed again',
      `{"prompt":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      invalid(),
    ),
    refused('bytes that are no UTF-8', Buffer.from('7b22fffe227d', 'hex'), noJson),
    refused('a prompt that is a number', task({ prompt: 1 }), invalid()),
    refused('a prompt that is an object', '{"prompt":{"__proto__":{"length":1}}}', invalid()),
    refused('a prompt that is a list', task({ prompt: [SECRET] }), invalid()),
    refused('a prompt with a NUL', task({ prompt: `${SECRET}\0` }), invalid()),
    refused('a prompt with half a character', '{"prompt":"\\ud800"}', invalid()),
    refused('a prompt of spaces', task({ prompt: ' \n\t ' }), invalid()),
    refused('a prompt of 8,001 characters', task({ prompt: 'x'.repeat(8_001) }), invalid()),
    refused('a task id that is none', task({ taskId: `${SECRET}` }), invalid()),
    refused('a mode that is none', task({ mode: 'rm -rf' }), invalid()),
    refused('tokens without end', `{"prompt":"p","maxTokens":1e400}`, invalid()),
    refused('less than no tokens', task({ maxTokens: -1 }), invalid()),
    refused('half a token', task({ maxTokens: 1.5 }), invalid()),
    refused('a body of more than 1 MiB', task({ prompt: 'x'.repeat(MIB) }), invalid(413)),
    sentAs(
      'a bomb: 64 MiB, zipped',
      [JSON_TYPE, 'Content-Encoding: gzip'],
      zip(Buffer.alloc(64 * MIB, 0x20)),
      invalid(413),
    ),
    sentAs('a zip that is none', [JSON_TYPE, 'Content-Encoding: gzip'], `{"prompt":"${SECRET}"}`, invalid()),
    sentAs(
      'a zip that breaks off',
      [JSON_TYPE, 'Content-Encoding: gzip'],
      zip(Buffer.from(task({}))).subarray(0, 20),
      invalid(),
    ),
    sentAs('an unknown encoding', [JSON_TYPE, 'Content-Encoding: evil'], '{}', invalid(415)),
    sentAs(
      'two encodings, one in the other',
      [JSON_TYPE, 'Content-Encoding: gzip, gzip'],
      zip(zip(Buffer.from('{}'))),
      invalid(415),
    ),
    sentAs('a charset that is none', [`${JSON_TYPE}; charset=evil`], '{}', invalid(415)),
    sentAs('XML', ['Content-Type: text/xml'], `<a>${SECRET}</a>`, invalid()),
    sentAs('a form', ['Content-Type: application/x-www-form-urlencoded'], `prompt=${SECRET}`, invalid()),
    {
      name: 'a prototype to pollute: a task as any other',
      send: () => postTask('{"__proto__":{"tenantId":"x"},"constructor":{"prototype":{}},"prompt":"p"}'),
      answer: { status: 202 },
    },
    {
      name: 'a tenant of its own choice: a task of the token’s tenant',
      send: () => postTask(task({ tenantId: CLAIMED, userId: CLAIMED })),
      answer: { status: 202 },
    },
  ],
};
