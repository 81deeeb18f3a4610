// The errors that Bedrock Runtime documents. The SDK reads the kind from `x-amzn-errortype`, not from the status.
const STATUS = {
  ValidationException: 400,
  UnknownOperationException: 404,
  ThrottlingException: 429,
  InternalServerException: 500,
} as const;

/** A refusal in Bedrock's own terms; `kind` is what the caller's SDK throws. */
export class BedrockError extends Error {
  readonly kind: keyof typeof STATUS;

  constructor(kind: keyof typeof STATUS, message: string) {
    super(message);
    this.name = 'BedrockError';
    this.kind = kind;
  }

  get status(): number {
    return STATUS[this.kind];
  }
}
