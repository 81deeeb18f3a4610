// Obeys a trace backend that the user named: every export request goes on to it as it came.
import { setTimeout as pause } from 'node:timers/promises';

const ANSWER_MS = 10_000;
/** Requests under way at once; a backend that is down must not fill the memory. */
const MOST_UNDER_WAY = 100;

export type ForwardTarget = { url: string; headers: Record<string, string> };
type ExportRequest = { body: Buffer; contentType: string };

/**
 * Parses OTEL_EXPORTER_OTLP_HEADERS: `key=value,key=value`, percent-encoded as W3C baggage. Throws an Error that names the
 * variable and the place of the pair, never its value, where that is no header.
 */
export function parseHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair, index) => ({ pair, place: index + 1 }));
  return Object.fromEntries(
    pairs.filter(({ pair }) => pair.includes('=')).map(({ pair, place }) => headerOf(pair, place)),
  );
}

function headerOf(pair: string, place: number): [string, string] {
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals).trim();
  try {
    const value = decodeURIComponent(pair.slice(equals + 1).trim());
    // As `fetch` would send it; throws where it would not.
    return [name, new Headers([[name, value]]).get(name) ?? ''];
  } catch (cause) {
    throw new Error(`OTEL_EXPORTER_OTLP_HEADERS: pair ${place} is no header`, { cause });
  }
}

/** Sends requests on, in the background, once more on failure; says so once when the backend fails. */
export class Forwarder {
  readonly #target: ForwardTarget;
  readonly #warn: (line: string) => void;
  readonly #underWay = new Set<Promise<void>>();
  #warned = false;

  constructor(target: ForwardTarget, warn: (line: string) => void) {
    this.#target = target;
    this.#warn = warn;
  }

  send(request: ExportRequest): void {
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      this.#complain('it is too slow; spans are left out');
      return;
    }
    const sending = this.#sendTwice(request).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Resolves when all that was taken has been sent or given up. */
  async flush(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #sendTwice(request: ExportRequest): Promise<void> {
    try {
      await this.#post(request).catch(async () => {
        await pause(1000);
        await this.#post(request);
      });
    } catch (error) {
      this.#complain(
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error),
      );
    }
  }

  async #post({ body, contentType }: ExportRequest): Promise<void> {
    const response = await fetch(this.#target.url, {
      method: 'POST',
      headers: { ...this.#target.headers, 'content-type': contentType },
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answers ${response.status}`);
  }

  #complain(why: string): void {
    if (!this.#warned) this.#warn(`traces cannot be forwarded to ${this.#target.url}: ${why}`);
    this.#warned = true;
  }
}
