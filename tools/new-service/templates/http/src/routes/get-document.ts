import type { RequestHandler } from 'express';

/** `GET /openapi.json`. The document and its library are loaded with the first request, not at start. */
export const getDocument: RequestHandler = async (_request, response) => {
  const { openApi } = await import('../openapi.ts');
  response.json(openApi);
};
