// Validation of SQS that fauxqs lacks: code that works on the embedded queue must work on AWS. tests/backends/sqs states each rule
// with its source in AWS's documentation.
import { Fault, invalid, missing } from './faults.ts';
import { QUEUE_ATTRIBUTES, type Queue } from './fauxqs.ts';
import type { ReceiptHandles } from './receipt-handles.ts';

const MAX_ATTRIBUTES = 10;
const MAX_NAME_LENGTH = 256;
const NAME = /^[\w.-]+$/;
const RESERVED = /^(aws|amazon)\./i;
const TYPE = /^(String|Number|Binary)(\.[\w.-]+)?$/;
const NUMBER = /^[+-]?\d{1,38}(\.\d{1,38})?([eE][+-]?\d{1,3})?$/;
const MAX_DELAY_S = 900;

type Attribute = { DataType?: string; StringValue?: string; BinaryValue?: string };
export type Attributes = Record<string, Attribute | null> | null;

/** A request, or an entry of a batch. */
export interface Item {
  ReceiptHandle?: string;
  MessageBody?: string;
  MessageAttributes?: Attributes;
  MessageSystemAttributes?: Attributes;
  DelaySeconds?: unknown;
  AttributeNames?: string[];
}
interface Rule {
  of: RegExp;
  /** The error of AWS for this item; undefined for a valid one. */
  fault(item: Item, handles: ReceiptHandles, queue: Queue | undefined): Fault | undefined;
}

const SEND = /^SendMessage(Batch)?$/;
const CHANGE = /^ChangeMessageVisibility(Batch)?$/;
const DELETE = /^DeleteMessage(Batch)?$/;

/** The first fault counts. */
export const RULES: Rule[] = [
  { of: SEND, fault: ({ MessageBody }) => (MessageBody ? undefined : missing('MessageBody')) },
  { of: SEND, fault: ({ MessageAttributes }) => attributesFault(MessageAttributes) },
  { of: SEND, fault: ({ MessageSystemAttributes }) => systemAttributesFault(MessageSystemAttributes) },
  { of: SEND, fault: ({ DelaySeconds }) => delayFault(DelaySeconds) },
  { of: DELETE, fault: ({ ReceiptHandle }, handles) => handles.fault(ReceiptHandle) },
  {
    of: CHANGE,
    fault: ({ ReceiptHandle }, handles, queue) =>
      handles.fault(ReceiptHandle) ?? handles.deletedFault(ReceiptHandle, queue),
  },
  { of: /^GetQueueAttributes$/, fault: ({ AttributeNames }) => queueAttributeFault(AttributeNames) },
];

function nameProblem(name: string): string | undefined {
  if (name.length === 0 || name.length > MAX_NAME_LENGTH)
    return `must have 1 to ${MAX_NAME_LENGTH} characters`;
  if (!NAME.test(name)) return 'can only contain letters, digits, underscores, hyphens and periods';
  if (name.startsWith('.') || name.endsWith('.')) return 'can not start or end with a period';
  if (name.includes('..')) return 'can not contain two periods in a row';
  if (RESERVED.test(name)) return "can not start with the reserved prefix 'AWS.' or 'Amazon.'";
  return undefined;
}

function valueProblem(attribute: Attribute | null): string | undefined {
  const { DataType, StringValue, BinaryValue } = attribute ?? {};
  if (typeof DataType !== 'string' || DataType === '')
    return 'must contain a non-empty message attribute type';
  const [, type] = TYPE.exec(DataType) ?? [];
  if (!type) return `has the invalid type '${DataType}': it must begin with Binary, Number or String`;
  const value = type === 'Binary' ? BinaryValue : StringValue;
  if (typeof value !== 'string' || value === '') {
    return `must contain a non-empty message attribute value for message attribute type '${DataType}'`;
  }
  if (type === 'Number' && !NUMBER.test(value)) return `can not cast its value to the type '${DataType}'`;
  return undefined;
}

export function attributesFault(attributes: Attributes = {}): Fault | undefined {
  const entries = Object.entries(attributes ?? {});
  if (entries.length > MAX_ATTRIBUTES) {
    return invalid(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  for (const [name, attribute] of entries) {
    const problem = nameProblem(name) ?? valueProblem(attribute);
    if (problem) return invalid(`Message (user) attribute '${name}' ${problem}.`);
  }
  return undefined;
}

function systemAttributesFault(attributes: Attributes = {}): Fault | undefined {
  for (const [name, attribute] of Object.entries(attributes ?? {})) {
    if (name !== 'AWSTraceHeader') return invalid(`Message system attribute name '${name}' is invalid.`);
    const problem = attribute?.DataType === 'String' ? valueProblem(attribute) : 'must be a String';
    if (problem) return invalid(`Message system attribute '${name}' ${problem}.`);
  }
  return undefined;
}

export function delayFault(seconds: unknown = 0): Fault | undefined {
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= MAX_DELAY_S) return undefined;
  // `${seconds}` would throw for an object whose `toString` is not a function.
  const value = JSON.stringify(seconds);
  return invalid(
    `Value ${value} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${MAX_DELAY_S}.`,
  );
}

function queueAttributeFault(names: string[] = []): Fault | undefined {
  const unknown = names.find((name) => name !== 'All' && !QUEUE_ATTRIBUTES.includes(name));
  return unknown === undefined
    ? undefined
    : new Fault('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}
