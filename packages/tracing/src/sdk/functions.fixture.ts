// A program that prints, as JSON, the source of every function of some libraries: a patched one has another source.

import http from 'node:http';
import https from 'node:https';
import * as grpc from '@grpc/grpc-js';
import express from 'express';

/** The functions that can be reached from `value`, by their path. */
function sourcesOf(
  value: unknown,
  path: string,
  seen = new Set<unknown>(),
): [path: string, source: string][] {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
    return [];
  seen.add(value);
  const own: [string, string][] = typeof value === 'function' ? [[path, String(value)]] : [];
  const below = Object.entries(Object.getOwnPropertyDescriptors(value));
  return [...own, ...below.flatMap(([name, { value }]) => sourcesOf(value, `${path}.${name}`, seen))];
}

const router = express.Router;
const libraries = { http, https, express, router, fetch, grpc };
const sources = Object.entries(libraries).map(([name, library]) => [
  name,
  Object.fromEntries(sourcesOf(library, name)),
]);
process.stdout.write(JSON.stringify(Object.fromEntries(sources)), () => process.exit());
