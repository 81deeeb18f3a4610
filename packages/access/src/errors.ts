// Refusals of a caller, with their HTTP response. Each edge maps an `AccessError` to its protocol in one place.

/** A refused caller. */
export abstract class AccessError extends Error {
  /** The HTTP status. */
  abstract readonly httpStatus: 401 | 403 | 429;
  /** A stable reason for programs. */
  abstract readonly code: string;
  /** A stable reason for people: the `title` of problem details (RFC 9457). */
  abstract readonly title: string;
  /** HTTP response headers. */
  readonly headers: Record<string, string> = {};
}

/** The token is missing or invalid: malformed, forged, expired, or issued for another audience. */
export class AuthenticationError extends AccessError {
  override name = 'AuthenticationError';
  readonly httpStatus = 401;
  readonly code: 'missing_token' | 'invalid_token';
  readonly title = 'unauthenticated';
  override readonly headers: Record<string, string>;
  constructor(code: 'missing_token' | 'invalid_token', message: string) {
    super(message);
    this.code = code;
    // RFC 6750 section 3.1: a request without a token gets a challenge without an error code.
    this.headers = { 'www-authenticate': code === 'missing_token' ? 'Bearer' : `Bearer error="${code}"` };
  }
}

/** The token lacks a scope. */
export class ScopeError extends AccessError {
  override name = 'ScopeError';
  readonly httpStatus = 403;
  readonly code = 'insufficient_scope';
  readonly title = 'insufficient scope';
  override readonly headers: Record<string, string>;
  constructor(scope: string) {
    super(`the token lacks the scope ${scope}`);
    this.headers = { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` };
  }
}

/** The request's `Host` or `Origin` is not allowed. */
export class HostError extends AccessError {
  override name = 'HostError';
  readonly httpStatus = 403;
  readonly code = 'host_refused';
  readonly title = 'host refused';
}

/** The budget of requests for this second is used up. */
export class RateLimitError extends AccessError {
  override name = 'RateLimitError';
  readonly httpStatus = 429;
  readonly code = 'rate_limited';
  readonly title = 'rate limited';
  override readonly headers: Record<string, string>;
  /** `waitMs` is the time until the next second's budget. */
  constructor(waitMs: number) {
    super('too many requests: wait, then repeat');
    this.headers = { 'retry-after': String(Math.ceil(waitMs / 1_000)) };
  }
}
