// Tasks from POST to push: subscribes to each at the hub, creates it, and waits for its end; a fixed number in flight. A process of
// its own. Arguments: one `PushPlan` as JSON. Prints one `PushResult` as JSON.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { openSocket } from './open-socket.ts';
import { quantile } from './statistics.ts';

export interface PushPlan {
  /** The base URL of rest-api, and the hub's `ws://…/ws`. */
  restApi: string;
  hub: string;
  /** Access tokens, each for one socket; used in turn. */
  tokens: string[];
  inFlight: number;
  seconds: number;
}

export interface PushResult {
  /** How many ended. */
  tasks: number;
  tasksPerS: number;
  /** From the POST to the push of the end, in ms. */
  p50Ms: number;
  p99Ms: number;
  /** Tasks without a push `PATIENCE_MS` after the last POST, or that did not end as done. */
  lost: number;
}

const PATIENCE_MS = 60_000;

type Push = (type: string, status?: string) => void;

/** A socket at the hub; `waiting` receives the messages of each task. */
async function open(hub: string, token: string) {
  const socket = await openSocket(hub, ['mesh.v1.json'], { headers: { authorization: `Bearer ${token}` } });
  const broken = Promise.withResolvers<never>();
  socket.on('error', broken.reject);
  const waiting = new Map<string, Push>();
  socket.on('message', (bytes: Buffer) => {
    const { type, data } = JSON.parse(bytes.toString());
    waiting.get(data?.taskId)?.(type, data.status);
  });
  return { socket, waiting, token, broken: broken.promise };
}

type Line = Awaited<ReturnType<typeof open>>;

async function generate({ restApi, hub, tokens, inFlight, seconds }: PushPlan): Promise<PushResult> {
  const lines = await Promise.all(tokens.map((token) => open(hub, token)));
  const agent = new Agent({ keepAlive: true });
  const latencies: number[] = [];
  let lost = 0;
  const start = performance.now();
  const isOver = () => performance.now() - start > seconds * 1_000;
  let lastEnd = start;

  async function task({ socket, waiting, token }: Line): Promise<void> {
    const taskId = randomUUID();
    const subscribed = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<string>();
    waiting.set(taskId, (type, status) => {
      if (type === 'subscribed') subscribed.resolve();
      if (type === 'task.updated' && status && status !== 'running') ended.resolve(status);
    });
    socket.send(JSON.stringify({ type: 'subscribe', data: { taskId } }));
    await subscribed.promise;
    const began = performance.now();
    const status = await post(taskId, token);
    const impatient = setTimeout(() => ended.resolve('lost'), PATIENCE_MS);
    if (status !== 202 || (await ended.promise) !== 'done') lost += 1;
    else latencies.push(performance.now() - began);
    clearTimeout(impatient);
    lastEnd = performance.now();
    waiting.delete(taskId);
    socket.send(JSON.stringify({ type: 'unsubscribe', data: { taskId } }));
  }

  async function post(taskId: string, token: string): Promise<number | undefined> {
    const body = JSON.stringify({ taskId, prompt: 'Name one river of Europe.', maxTokens: 16 });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    request(`${restApi}/api/tasks`, { method: 'POST', agent, headers }, (response) => {
      response.once('error', reject).once('end', () => resolve(response.statusCode));
      response.resume();
    })
      .on('error', reject)
      .end(body);
    return promise;
  }

  async function caller(index: number): Promise<void> {
    const line = lines[index % lines.length] as Line;
    while (!isOver()) await task(line);
  }

  const all = Promise.all(Array.from({ length: inFlight }, (_, index) => caller(index)));
  await Promise.race([all, ...lines.map(({ broken }) => broken)]);
  for (const { socket } of lines) socket.terminate();
  agent.destroy();
  return {
    tasks: latencies.length,
    tasksPerS: latencies.length / ((lastEnd - start) / 1_000),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    lost,
  };
}

const [plan = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await generate(JSON.parse(plan))));
