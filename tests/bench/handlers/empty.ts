import express from 'express';
import { middleware } from './ours.ts';
import { serveHttp } from './serve-http.ts';

await serveHttp(
  express().get('/work/:item', ...middleware, (_request, response) => void response.json({ done: true })),
);
