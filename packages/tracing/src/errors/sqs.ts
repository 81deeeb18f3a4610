// How an error crosses SQS: as JSON in one attribute of the dead letter.
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { parsedOrUndefined } from '../json.ts';
import { receiveError, type TracedError } from './errors.ts';

/** The attribute of a dead letter that says why it is dead. */
export const SQS_ERROR_ATTRIBUTE = 'mesh-error';

/** The attribute that tells a dead letter's reader the error, as JSON. */
export function toMessageAttribute(error: TracedError): Record<string, MessageAttributeValue> {
  // JSON escapes all that SQS refuses in a text but these two: the message would stay a dead letter without a reason.
  const json = JSON.stringify(error.fields).replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff');
  return { [SQS_ERROR_ATTRIBUTE]: { DataType: 'String', StringValue: json } };
}

/** The error of a dead letter; ask for `SQS_ERROR_ATTRIBUTE` when receiving it. */
export function fromMessageAttribute(message: Pick<Message, 'MessageAttributes'>): TracedError | undefined {
  const text = message.MessageAttributes?.[SQS_ERROR_ATTRIBUTE]?.StringValue;
  return text === undefined ? undefined : receiveError(parsedOrUndefined(text));
}
