import express from 'express';
import { middleware } from './ours.ts';
import { serveHttp } from './serve-http.ts';
import { useStores } from './stores.ts';

const app = express().get('/work/:item', ...middleware, async ({ params }, response) => {
  response.json({ item: await useStores(String(params.item)) });
});
await serveHttp(app);
