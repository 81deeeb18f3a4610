/** An error of SQS: its code in the JSON protocol, and the HTTP status. */
export class Fault extends Error {
  override name = 'Fault';
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const invalid = (message: string) => new Fault('InvalidParameterValue', message);
export const missing = (parameter: string) =>
  new Fault('MissingParameter', `The request must contain the parameter ${parameter}.`);
export const notFound = (message: string) => new Fault('ResourceNotFoundException', message, 404);
