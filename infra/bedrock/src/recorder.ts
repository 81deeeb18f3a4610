// The requests that callers sent. Tests read them to prove that no trace context crosses the trust boundary.
import type { Request } from './exchange.ts';

const MAX_RECORDED = 1_000;
const MAX_RECORDED_BODY_CHARS = 16_384;

export interface RecordedRequest {
  readonly at: string;
  readonly httpVersion: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Request['headers'];
  readonly body: string;
  /** The caller left before the response was complete. */
  aborted: boolean;
}

/** The newest MAX_RECORDED requests, oldest first. */
export class Recorder {
  requests: RecordedRequest[] = [];

  /** Keeps the request; an abort of `left` marks it as aborted. */
  record(req: Request, body: string, left: AbortSignal): void {
    const entry: RecordedRequest = {
      at: new Date().toISOString(),
      httpVersion: req.httpVersion,
      method: req.method ?? '',
      path: req.url ?? '',
      headers: { ...req.headers },
      body: body.slice(0, MAX_RECORDED_BODY_CHARS),
      aborted: left.aborted,
    };
    left.addEventListener('abort', () => {
      entry.aborted = true;
    });
    this.requests.push(entry);
    if (this.requests.length > MAX_RECORDED) this.requests.shift();
  }
}
