// The route template of a request, from the channel of express 5.3 (router 2.3): each layer that handles a request publishes its
// pattern. Those of the routers around it are joined here, since `req.baseUrl` has only their concrete text.
import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { context } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';

const MOUNTS = Symbol('trace-mesh.mounts');

/** A layer handles a request: https://github.com/pillarjs/router#tracing */
interface Handling {
  req: IncomingMessage & { baseUrl: string; [MOUNTS]?: Mount[] };
  layer: { rawPath: unknown; slash: boolean };
  /** The pattern that matched. */
  route: string | RegExp;
  param?: string;
  errorHandler?: boolean;
}

/** A `use` with a path through which a request went. */
interface Mount {
  baseUrl: string;
  template: Template;
}

/** Takes the routes of express and router from now on. Called once. */
export function traceRoutes(): void {
  channel('tracing:express.router.request:start').subscribe((message) => {
    const handling = message as Handling;
    if (handling.errorHandler || handling.param !== undefined) return;
    const metadata = getRPCMetadata(context.active());
    // The layer that handles the request last gives the route.
    if (metadata?.type === RPCType.HTTP) setRoute(metadata, routeOf(handling));
  });
}

function setRoute(metadata: { route?: string }, route: string | undefined): void {
  if (route === undefined) delete metadata.route;
  else metadata.route = route;
}

/** Undefined for middleware without a path. */
function routeOf({ req, layer, route }: Handling): string | undefined {
  const { text } = layer.rawPath === '/' ? around(req).below(route) : mount(req, route);
  return text || (layer.slash ? undefined : '/');
}

/** The template of the router whose layer handles the request. */
function around(req: Handling['req']): Template {
  const mounts = req[MOUNTS];
  if (!mounts) return ROOT;
  while (mounts.length > 0 && mounts.at(-1)?.baseUrl !== req.baseUrl) mounts.pop();
  return mounts.at(-1)?.template ?? ROOT;
}

/** The template of a `use` with a path. Its `baseUrl` ends with what it matched, which distinguishes a parent from an earlier sibling. */
function mount(req: Handling['req'], route: string | RegExp): Template {
  const { baseUrl } = req;
  req[MOUNTS] ??= [];
  const mounts = req[MOUNTS];
  let template = (mounts.at(-1)?.template ?? ROOT).below(route);
  for (let last = mounts.at(-1); last && !template.fits(baseUrl, last.baseUrl); last = mounts.at(-1)) {
    mounts.pop();
    template = (mounts.at(-1)?.template ?? ROOT).below(route);
  }
  mounts.push({ baseUrl, template });
  return template;
}

/** Patterns that match any path: they add nothing to a template. */
const ANY = /^(\/|\/\*|\/\{\*[^}]*\})$/;

/** A template, and those of the patterns below it, which are joined once. */
class Template {
  readonly text: string;
  /** The segments that its own pattern matches; undefined where their number varies. */
  readonly #segments: number | undefined;
  readonly #below = new Map<string, Template>();

  constructor(text: string, segments?: number) {
    this.text = text;
    this.#segments = segments;
  }

  below(route: string | RegExp): Template {
    const pattern = typeof route === 'string' ? route : String(route);
    const known = this.#below.get(pattern);
    if (known) return known;
    const text = ANY.test(pattern) ? this.text : `${this.text}${pattern}`.replace(/\/{2,}/g, '/');
    const fixed = typeof route === 'string' && !/[*{]/.test(route);
    const made = new Template(text, fixed ? countSegments(pattern) : undefined);
    this.#below.set(pattern, made);
    return made;
  }

  fits(baseUrl: string, parent: string): boolean {
    if (!baseUrl.startsWith(parent)) return false;
    return this.#segments === undefined || this.#segments === countSegments(baseUrl.slice(parent.length));
  }
}

const countSegments = (path: string) => path.split('/').filter(Boolean).length;

const ROOT = new Template('');
