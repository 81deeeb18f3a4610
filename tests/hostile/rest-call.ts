// rest-api as bytes, so that nothing between the input and the service puts it right.
import { inject } from 'vitest';
import { newAttacker } from './attacker.ts';
import type { Answer } from './input.ts';
import { head, type RawAnswer, sendRaw } from './raw-http.ts';

/** The host that the service answers to. */
export const HOST = 'Host: 127.0.0.1';
const JSON_TYPE = 'Content-Type: application/json';

export interface RestAnswer extends RawAnswer, Answer {
  /** The problem's title and code, or the task, as the body has it; undefined for an answer without JSON. */
  body: Record<string, unknown> | undefined;
}

/** Sends the pieces to rest-api as they are. */
export async function rawRest(...pieces: (string | Buffer)[]): Promise<RestAnswer> {
  const answer = await sendRaw(inject('endpoints')['rest-api'], ...pieces);
  const json = answer.text.match(/\r\n\r\n(\{.*\})$/s)?.[1];
  return { ...answer, body: json === undefined ? undefined : JSON.parse(json) };
}

/** A request without a body and with a valid token. */
export function ask(requestLine: string, ...headers: string[]): Promise<RestAnswer> {
  const { bearer } = newAttacker();
  return rawRest(head(`${requestLine} HTTP/1.1`, HOST, `Authorization: ${bearer}`, ...headers));
}

/** `POST /api/tasks` with a valid token, this body and these further headers. */
export function postTask(
  body: string | Buffer,
  headers: string[] = [JSON_TYPE],
  { bearer } = newAttacker(),
): Promise<RestAnswer> {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const top = head('POST /api/tasks HTTP/1.1', HOST, `Authorization: ${bearer}`, length, ...headers);
  return rawRest(top, Buffer.from(body));
}
