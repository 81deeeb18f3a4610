// What AWS refuses and fauxqs lets pass. Code that runs here must run there, so the embedded queue is as strict:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html

const MOST_ATTRIBUTES = 10;
const LONGEST_NAME = 256;
const NAME = /^[\w.-]+$/;
const RESERVED = /^(aws|amazon)\./i;
const TYPE = /^(String|Number|Binary)(\.[\w.-]+)?$/;
const NUMBER = /^[+-]?\d{1,38}(\.\d{1,38})?([eE][+-]?\d{1,3})?$/;
/** The longest that a message may wait before it is visible, in s. */
const LONGEST_DELAY_S = 900;

export type Attribute = { DataType?: string; StringValue?: string; BinaryValue?: string };
export type Fault = { code: 'InvalidParameterValue' | 'ReceiptHandleIsInvalid'; message: string };

function nameFlaw(name: string): string | undefined {
  if (name.length === 0 || name.length > LONGEST_NAME) return `must have 1 to ${LONGEST_NAME} characters`;
  if (!NAME.test(name)) return 'can only contain letters, digits, underscores, hyphens and periods';
  if (name.startsWith('.') || name.endsWith('.')) return 'can not start or end with a period';
  if (name.includes('..')) return 'can not contain two periods in a row';
  if (RESERVED.test(name)) return "can not start with the reserved prefix 'AWS.' or 'Amazon.'";
  return undefined;
}

function valueFlaw(attribute: Attribute | null): string | undefined {
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

function attributeFault(name: string, attribute: Attribute | null): Fault | undefined {
  const flaw = nameFlaw(name) ?? valueFlaw(attribute);
  return flaw
    ? { code: 'InvalidParameterValue', message: `Message (user) attribute '${name}' ${flaw}.` }
    : undefined;
}

/** Why AWS would not delay a message by so many seconds; undefined if it would. */
export function delayFault(seconds: unknown = 0): Fault | undefined {
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= LONGEST_DELAY_S) return undefined;
  // Not `${seconds}`: an object that names its own `toString` cannot be made a text of.
  const message = `Value ${JSON.stringify(seconds)} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${LONGEST_DELAY_S}.`;
  return { code: 'InvalidParameterValue', message };
}

/** Why AWS would not take a message with these attributes; undefined if it would. */
export function attributesFault(attributes: Record<string, Attribute | null> | null = {}): Fault | undefined {
  const entries = Object.entries(attributes ?? {});
  if (entries.length > MOST_ATTRIBUTES) {
    const message = `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`;
    return { code: 'InvalidParameterValue', message };
  }
  return entries.map(([name, value]) => attributeFault(name, value)).find((fault) => fault !== undefined);
}

/** Receipt handles are opaque; one that was never given out is refused. */
export class ReceiptHandles {
  /** Handles remembered; messages are long gone by the time one is forgotten. */
  static readonly LIMIT = 100_000;
  readonly #given = new Set<string>();

  remember(handle: string): void {
    this.#given.add(handle);
    const [oldest] = this.#given;
    if (this.#given.size > ReceiptHandles.LIMIT && oldest !== undefined) this.#given.delete(oldest);
  }

  fault(handle: unknown): Fault | undefined {
    if (typeof handle === 'string' && this.#given.has(handle)) return undefined;
    return { code: 'ReceiptHandleIsInvalid', message: 'The input receipt handle is invalid.' };
  }
}
