// The verified caller of a socket. Its token is in the handshake, as a header or a subprotocol, or in the first message,
// `hello`; without one, messages are refused and the socket is closed.
import type { Authenticator } from '@trace-mesh/access/authenticator';
import { type Caller, trustOf } from '@trace-mesh/access/caller';
import { AuthenticationError } from '@trace-mesh/access/errors';
import type { Trust } from '@trace-mesh/tracing/trust';
import type { DecodedMessage } from '@trace-mesh/tracing/websocket';
import type { WebSocket } from 'ws';

/** RFC 6455's "policy violation": no token in time, or one that is invalid or has expired. */
export const CLOSE_UNAUTHENTICATED = 1008;
/** How long a client may take to send its first message, `hello`, in ms. */
export const HELLO_TIMEOUT_MS = 5_000;
/** The longest delay of a Node timer, in ms; a token valid for longer is not watched. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The caller of one socket, from its handshake or its `hello` until its token expires. */
export class Session {
  readonly #authenticator: Pick<Authenticator, 'authenticateToken'>;
  #caller: Caller | undefined;
  #refusal = new AuthenticationError(
    'missing_token',
    'a bearer token is required (send it in the handshake or in hello)',
  );

  constructor(admitted: Caller | undefined, authenticator: Pick<Authenticator, 'authenticateToken'>) {
    this.#authenticator = authenticator;
    this.#caller = admitted;
  }

  /** The verified caller. Throws an `AuthenticationError` without one. */
  caller(): Caller {
    if (!this.#caller) throw this.#refusal;
    return this.#caller;
  }

  /** For `acceptConnection`: how far to trust the client; undefined until it is verified. */
  authenticate(hello?: DecodedMessage): Trust | undefined {
    if (hello) this.#authenticateBy((hello.data as { token?: unknown } | undefined)?.token);
    return this.#caller && trustOf(this.#caller);
  }

  /** Closes the socket if no token was sent before the timeout, and when the token expires. */
  closeWhenInvalid(socket: WebSocket, timeout: AbortSignal): void {
    const close = (reason: string) => socket.close(CLOSE_UNAUTHENTICATED, reason);
    if (!this.#caller && timeout.aborted) close('no token was sent in time');
    const { service, expiresAt = Number.POSITIVE_INFINITY } = this.#caller ?? {};
    const validMs = expiresAt - Date.now();
    // A service's token is short-lived by design: it is valid for the connection that it opened.
    if (service !== undefined || validMs > MAX_TIMER_MS) return;
    const expiry = setTimeout(close, validMs, 'the token has expired');
    socket.once('close', () => clearTimeout(expiry));
  }

  #authenticateBy(token: unknown): void {
    if (typeof token !== 'string') return;
    try {
      this.#caller = this.#authenticator.authenticateToken(token);
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      this.#refusal = error;
    }
  }
}
