// Validation of SQS that fauxqs lacks. Code that works on the embedded queue must work on AWS:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html

const MAX_ATTRIBUTES = 10;
const MAX_NAME_LENGTH = 256;
const NAME = /^[\w.-]+$/;
const RESERVED = /^(aws|amazon)\./i;
const TYPE = /^(String|Number|Binary)(\.[\w.-]+)?$/;
const NUMBER = /^[+-]?\d{1,38}(\.\d{1,38})?([eE][+-]?\d{1,3})?$/;
const MAX_DELAY_S = 900;

export type Attribute = { DataType?: string; StringValue?: string; BinaryValue?: string };
export type Fault = { code: 'InvalidParameterValue' | 'ReceiptHandleIsInvalid'; message: string };

const invalid = (message: string): Fault => ({ code: 'InvalidParameterValue', message });

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

/** The error of AWS for these message attributes; undefined for valid ones. */
export function attributesFault(attributes: Record<string, Attribute | null> | null = {}): Fault | undefined {
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

/** The error of AWS for this delay; undefined for a valid one. */
export function delayFault(seconds: unknown = 0): Fault | undefined {
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= MAX_DELAY_S) return undefined;
  // `${seconds}` would throw for an object whose `toString` is not a function.
  const value = JSON.stringify(seconds);
  return invalid(
    `Value ${value} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${MAX_DELAY_S}.`,
  );
}

/** The receipt handles that the queue has issued; it rejects others. */
export class ReceiptHandles {
  /** Beyond this the oldest is dropped; its message is long deleted by then. */
  static readonly LIMIT = 100_000;
  readonly #issued = new Set<string>();

  remember(handle: string): void {
    this.#issued.add(handle);
    const [oldest] = this.#issued;
    if (this.#issued.size > ReceiptHandles.LIMIT && oldest !== undefined) this.#issued.delete(oldest);
  }

  fault(handle: unknown): Fault | undefined {
    if (typeof handle === 'string' && this.#issued.has(handle)) return undefined;
    return { code: 'ReceiptHandleIsInvalid', message: 'The input receipt handle is invalid.' };
  }
}
