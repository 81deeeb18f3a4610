import type { Lab } from '@trace-mesh/faults/server';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import type { Tokens } from '@trace-mesh/scenarios/tokens';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { RequestHandler } from 'express';
import type { Firings } from './firings.ts';
import type { Mysteries } from './mysteries.ts';
import type { Page } from './page.ts';

export interface Deps {
  page: Page;
  firings: Firings;
  mysteries: Mysteries;
  /** The trace doctor for agents. */
  doctor: RequestHandler;
  lab: Lab;
  endpoints: Endpoints;
  /** The address of the hub for the page. */
  hubUrl: string;
  tokens: Tokens;
  /** See access/hosts.ts. Pages of other origins get neither a token nor a trace. */
  allowedHosts: string[];
  logger: Logger;
}
