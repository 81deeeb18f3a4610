// Forwards every export request unchanged to the trace backend of the user's OTEL_EXPORTER_OTLP_ENDPOINT.
import { setTimeout as pause } from 'node:timers/promises';

const TIMEOUT_MS = 10_000;
const RETRY_AFTER_MS = 1_000;
/** Concurrent requests; more are dropped, so that a slow backend does not fill the memory. */
const MAX_IN_FLIGHT = 100;

export type ForwardTarget = { url: string; headers: Record<string, string> };
type ExportRequest = { body: Buffer; contentType: string };

/**
 * Parses OTEL_EXPORTER_OTLP_HEADERS: `key=value,key=value`, percent-encoded as W3C baggage. Throws an Error that names the
 * variable and the position of an invalid pair, never its value.
 */
export function parseHeaders(text: string): Record<string, string> {
  const pairs = [...text.split(',').entries()].filter(([, pair]) => pair.includes('='));
  return Object.fromEntries(pairs.map(([index, pair]) => parseHeader(pair, index + 1)));
}

function parseHeader(pair: string, position: number): [string, string] {
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals).trim();
  try {
    const value = decodeURIComponent(pair.slice(equals + 1).trim());
    // The value that `fetch` sends; throws for an invalid header.
    return [name, new Headers([[name, value]]).get(name) ?? ''];
  } catch (cause) {
    throw new Error(`OTEL_EXPORTER_OTLP_HEADERS: pair ${position} is not a valid header`, { cause });
  }
}

/** Sends requests in the background, each again once after a failure. `warn` receives one line, for the first failure. */
export class Forwarder {
  readonly #target: ForwardTarget;
  readonly #warn: (line: string) => void;
  readonly #inFlight = new Set<Promise<void>>();
  #warned = false;

  constructor(target: ForwardTarget, warn: (line: string) => void) {
    this.#target = target;
    this.#warn = warn;
  }

  send(request: ExportRequest): void {
    if (this.#inFlight.size >= MAX_IN_FLIGHT) {
      this.#warnOnce('the backend is too slow; spans are dropped');
      return;
    }
    const sending = this.#sendWithRetry(request).finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  /** Resolves when every request has been sent or has failed. */
  async flush(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  async #sendWithRetry(request: ExportRequest): Promise<void> {
    try {
      await this.#post(request).catch(async () => {
        await pause(RETRY_AFTER_MS);
        await this.#post(request);
      });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      this.#warnOnce(cause instanceof Error ? cause.message : String(cause));
    }
  }

  async #post({ body, contentType }: ExportRequest): Promise<void> {
    const response = await fetch(this.#target.url, {
      method: 'POST',
      headers: { ...this.#target.headers, 'content-type': contentType },
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`status ${response.status}`);
  }

  #warnOnce(reason: string): void {
    if (!this.#warned) this.#warn(`forwarding traces to ${this.#target.url} failed: ${reason}`);
    this.#warned = true;
  }
}
