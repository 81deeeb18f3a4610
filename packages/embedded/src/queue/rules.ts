// What AWS refuses and fauxqs lets pass. Code that runs here must run there, so the embedded queue is as strict:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html

const MOST_ATTRIBUTES = 10;

export type Attribute = { DataType?: string; StringValue?: string; BinaryValue?: string };
export type Fault = { code: 'InvalidParameterValue' | 'ReceiptHandleIsInvalid'; message: string };

function attributeFault(name: string, { DataType, StringValue, BinaryValue }: Attribute): Fault | undefined {
  const about = `Message (user) attribute '${name}'`;
  if (!DataType) {
    return {
      code: 'InvalidParameterValue',
      message: `${about} must contain a non-empty message attribute type.`,
    };
  }
  if (StringValue || BinaryValue) return undefined;
  const message = `${about} must contain a non-empty message attribute value for message attribute type '${DataType}'.`;
  return { code: 'InvalidParameterValue', message };
}

/** Why AWS would not take a message with these attributes; undefined if it would. */
export function attributesFault(attributes: Record<string, Attribute> = {}): Fault | undefined {
  const entries = Object.entries(attributes);
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
