import express from 'express';
import { serveHttp } from './serve-http.ts';

await serveHttp(express().get('/work/:item', (_request, response) => void response.json({ done: true })));
