// The page. Its policy allows connections to this server and to the hub only.
import { type RequestHandler, Router } from 'express';
import type { Deps } from '../deps.ts';

export function getPage({ page, hubUrl }: Pick<Deps, 'page' | 'hubUrl'>): RequestHandler {
  const policy = `default-src 'self'; connect-src 'self' ${new URL(hubUrl).origin}; img-src 'self' data:; frame-ancestors 'none'`;
  const router = Router();
  for (const [path, { type, body }] of Object.entries(page)) {
    router.get(path, (_request, response) => {
      response.set({ 'content-security-policy': policy, 'cache-control': 'no-cache' }).type(type).send(body);
    });
  }
  return router;
}
