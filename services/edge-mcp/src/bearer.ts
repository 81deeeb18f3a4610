// The MCP edge as an OAuth resource server: verified callers, the metadata that names the issuer of tokens (RFC 9728),
// and the challenge for callers without one. MCP's authorization:
// https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
import {
  bearerAuthChallengeResponse,
  getOAuthProtectedResourceMetadataUrl,
  OAuthError,
  OAuthErrorCode,
} from '@modelcontextprotocol/server';
import { type AuthenticationDeps, authenticateRequest } from '@trace-mesh/access/authenticate';
import { SCOPES } from '@trace-mesh/access/caller';
import { AccessError } from '@trace-mesh/access/errors';
import { authInfoOf } from '@trace-mesh/access/mcp';
import type { RequestHandler, Response } from 'express';

export interface Resource {
  /** The address of this server for agents: `…/mcp`. */
  url: URL;
  /** The authorization server that issues its tokens. */
  issuer: string;
}

/** `GET /.well-known/oauth-protected-resource/mcp`. */
export const metadataPath = ({ url }: Resource): string =>
  new URL(getOAuthProtectedResourceMetadataUrl(url)).pathname;

/** RFC 9728 section 2: the tokens that this server accepts, and their issuer. */
export const protectedResourceMetadata = ({ url, issuer }: Resource) => ({
  resource: url.href,
  authorization_servers: [issuer],
  scopes_supported: [...SCOPES],
  bearer_methods_supported: ['header'],
  resource_name: 'edge-mcp',
});

/** Admits verified callers; refuses with 401 and the challenge, or with 429. */
export const requireCaller =
  (authentication: AuthenticationDeps, resource: Resource): RequestHandler =>
  async (request, response, next) => {
    try {
      const caller = await authenticateRequest(
        authentication,
        request.get('authorization'),
        request.ip ?? '',
      );
      request.auth = authInfoOf(request.get('authorization'), caller);
    } catch (error) {
      if (!(error instanceof AccessError)) throw error;
      return refuse(response, error, resource);
    }
    next();
  };

function refuse(response: Response, { httpStatus, code, message, headers }: AccessError, { url }: Resource) {
  // OAuth has no code for a missing token.
  const error = new OAuthError(code === 'missing_token' ? OAuthErrorCode.InvalidToken : code, message);
  const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(url);
  const challenge = bearerAuthChallengeResponse(error, { resourceMetadataUrl }).headers.get(
    'www-authenticate',
  );
  response.set({ ...headers, ...(challenge && { 'www-authenticate': challenge }) });
  response.status(httpStatus).json(error.toResponseObject());
}
