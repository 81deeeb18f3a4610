// A firing as server-sent events, from its first to its last. A browser that reconnects continues after the event in
// `Last-Event-ID`.
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { Problem } from '../problem.ts';

const LastEventId = z.coerce.number().int().min(0).catch(0);

export const watchFiring =
  ({ firings }: Pick<Deps, 'firings'>): RequestHandler<{ firingId: string }> =>
  async (request, response) => {
    const seen = LastEventId.parse(request.get('last-event-id'));
    const events = firings.watch(request.params.firingId, seen);
    if (!events) throw new Problem(404, 'unknown firing');
    response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    let id = seen;
    for await (const event of events) {
      if (response.closed) return;
      id += 1;
      response.write(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    response.end('event: over\ndata:\n\n');
  };
