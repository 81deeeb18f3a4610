// Who is at the other end of a socket. A token comes with the handshake, as a header or a subprotocol, or in the first
// message, `hello`; until it has come nothing is answered, and a socket without one is closed.
import type { IncomingMessage } from 'node:http';
import { AuthenticationError, type Authenticator } from '@trace-mesh/access/authenticator';
import { type Caller, trustOf } from '@trace-mesh/access/caller';
import { type Trust, UNTRUSTED } from '@trace-mesh/tracing/trust';
import type { Connection, DecodedMessage } from '@trace-mesh/tracing/websocket';
import { HELLO_TIMEOUT_MS } from '@trace-mesh/tracing/websocket';

/** RFC 6455's "policy violation": no token in time, a token that is not valid, or no longer. */
export const CLOSE_UNAUTHENTICATED = 1008;
/** The longest that a timer of Node's can wait, in ms; a token that is good for longer is not watched. */
const MAX_TIMER_MS = 2 ** 31 - 1;

// From the moment in which an upgrade is allowed to that in which its socket opens.
const admitted = new WeakMap<IncomingMessage, Caller>();

/** Notes whom the upgrade of this request lets in. */
export const noteCaller = (request: IncomingMessage, caller: Caller) => void admitted.set(request, caller);

/** One socket's caller, from its handshake or its `hello`, until its token expires. */
export class Session {
  readonly #authenticator: Pick<Authenticator, 'authenticateToken'>;
  #caller: Caller | undefined;
  #refusal = new AuthenticationError(
    'missing_token',
    'a bearer token is needed: in the handshake, or in hello',
  );

  constructor(request: IncomingMessage, authenticator: Pick<Authenticator, 'authenticateToken'>) {
    this.#authenticator = authenticator;
    this.#caller = admitted.get(request);
  }

  /** The verified caller. Throws an `AuthenticationError` where there is none. */
  caller(): Caller {
    if (!this.#caller) throw this.#refusal;
    return this.#caller;
  }

  /** For `acceptConnection`: the trust in the other end, whose first message may bring the token. */
  admit(hello?: DecodedMessage): Trust {
    if (!this.#caller && hello) this.#read(hello.data as { token?: unknown } | undefined);
    return this.#caller ? trustOf(this.#caller) : UNTRUSTED;
  }

  /** Closes the socket when no token has come in time, and when the one that came expires. */
  watch({ socket }: Connection): void {
    const close = (reason: string) => socket.close(CLOSE_UNAUTHENTICATED, reason);
    const awaited = setTimeout(() => {
      if (!this.#caller) close('no token came in time');
    }, HELLO_TIMEOUT_MS);
    const { service, expiresAt } = this.#caller ?? {};
    const left = (expiresAt ?? Number.POSITIVE_INFINITY) - Date.now();
    // A service's token is short-lived by design: it opens the connection, which then stands for it.
    const expires =
      service === undefined && left <= MAX_TIMER_MS && setTimeout(close, left, 'the token expired');
    socket.once('close', () => {
      clearTimeout(awaited);
      if (expires) clearTimeout(expires);
    });
  }

  #read(data: { token?: unknown } | undefined): void {
    if (typeof data?.token !== 'string') return;
    try {
      this.#caller = this.#authenticator.authenticateToken(data.token);
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      this.#refusal = error;
    }
  }
}
