// The forms that context takes on the wire beside those of the story, and the scenarios that show them.
import type { Form, Transport, WireRecord } from '@trace-mesh/faults/wire';

/** Scenarios by the forms that only they show. */
export const SHOWING: [scenario: string, ...forms: [Transport, Form][]][] = [
  [
    'ws-handshake',
    ['ws-handshake', 'headers'],
    ['ws-handshake', 'subprotocols'],
    ['ws-handshake', 'envelope'],
  ],
  ['ws-binary', ['websocket-binary', 'frame']],
  ['redis-stream', ['redis-stream', 'fields']],
  ['sqs', ['sqs', 'attributes']],
  ['sqs-ten-attributes', ['sqs', 'body']],
];

/** A record's text as one could search it: a dump has it in a column, sixteen characters a line. */
export const plain = ({ form, text }: WireRecord): string =>
  form === 'frame' ? text.replace(/^.*\|(.*)\|$\n?/gm, '$1') : text;
