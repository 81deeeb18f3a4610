// The errors that Bedrock Runtime documents. The SDK reads the kind from `x-amzn-errortype`, not from the status.
const STATUS = {
  ValidationException: 400,
  UnknownOperationException: 404,
  ThrottlingException: 429,
  InternalServerException: 500,
} as const;

/** A failed call; `kind` is the error that the caller's SDK throws. */
export class BedrockError extends Error {
  override name = 'BedrockError';
  readonly kind: keyof typeof STATUS;
  readonly status: number;

  constructor(kind: keyof typeof STATUS, message: string) {
    super(message);
    this.kind = kind;
    this.status = STATUS[kind];
  }
}
