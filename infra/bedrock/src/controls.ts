// The paths by which tests and demos control the double, beside Bedrock's own on the same port.
import { z } from 'zod';
import { Behaviour, type BehaviourState } from './behaviour.ts';
import { BedrockError } from './errors.ts';
import { parseRequest, type Request, type Response, readBody, sendJson } from './exchange.ts';
import type { Markers } from './markers.ts';
import type { Recorder } from './recorder.ts';

/** The ID of a `[[broken:ID]]`. */
const Fixed = z.object({ id: z.string().min(1).max(64) });

export interface Controls {
  readonly behaviour: BehaviourState;
  readonly recorder: Recorder;
  readonly markers: Markers;
}

/** Serves `/healthz` and `/_double/…`. Throws UnknownOperationException for any other path or method. */
export async function control(
  { behaviour, recorder, markers }: Controls,
  req: Request,
  res: Response,
): Promise<void> {
  switch (`${req.method} ${req.url}`) {
    case 'GET /healthz':
      return sendJson(res, 200, { status: 'ok' });
    case 'PUT /_double/behaviour':
      behaviour.set(parseRequest(Behaviour, await readBody(req)));
      return sendJson(res, 200, behaviour.current);
    case 'PUT /_double/fixed': {
      const { id } = parseRequest(Fixed, await readBody(req));
      markers.fix(id);
      return sendJson(res, 200, { id });
    }
    case 'GET /_double/requests':
      return sendJson(res, 200, recorder.requests);
    case 'DELETE /_double/requests':
      recorder.requests = [];
      return sendJson(res, 200, []);
    default:
      throw new BedrockError('UnknownOperationException', `Nothing is served at ${req.method} ${req.url}.`);
  }
}
