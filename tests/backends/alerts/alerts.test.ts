// The alerts of infra/observability: promtool runs their tests, and faults of a mesh make them fire in a real Prometheus.
import { setTimeout as wait } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ChaosMesh, openChaosMesh } from '../../chaos/chaos-mesh.ts';
import { type Ending, POISON } from '../../chaos/faults.ts';
import { urlOf } from '../../chaos/verify/queue.ts';
import { readReal } from '../real.ts';
import { OBSERVABILITY, startPrometheus } from './prometheus.ts';

const PATIENCE = { timeout: 90_000, interval: 500 };
const TEST_MS = 200_000;
/** More than the worker takes at a time. */
const MANY = 40;

it('the rules pass their unit tests: each alert fires, and does not fire just below its threshold', async () => {
  for (const file of ['alerts.test.yaml', 'services-down.test.yaml']) {
    const { exitCode, all } = await execa('promtool', ['test', 'rules', file], {
      cwd: OBSERVABILITY,
      all: true,
      reject: false,
    });
    expect(exitCode, all).toBe(0);
  }
});

describe('a real Prometheus', () => {
  const stack = new AsyncDisposableStack();
  let mesh: ChaosMesh;
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
  let agent: ReturnType<typeof openAgent>;

  beforeAll(async () => {
    const command = readReal()?.programs.prometheus;
    // unsuited.ts leaves the tests out.
    if (!command) return;
    const env = { OTEL_EXPORTER_OTLP_TIMEOUT: '1000', OTEL_BSP_MAX_QUEUE_SIZE: '100' };
    mesh = stack.use(await openChaosMesh({ env: { ...env, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '50' } }));
    const targets = [...mesh.services].map(([name, { spec }]) => {
      const { host } = new URL('http' in spec.ready ? spec.ready.http : '');
      return [name, host];
    });
    prometheus = stack.use(await startPrometheus(command, Object.fromEntries(targets)));
    agent = stack.use(openAgent(mesh.endpoints));
    const stop = new AbortController();
    const traffic = keepFiring(stop.signal);
    stack.defer(async () => {
      stop.abort();
      await mesh.model.behave({});
      await traffic;
    });
  }, TEST_MS);
  afterAll(() => stack.disposeAsync(), TEST_MS);

  /** Tasks, three at a time and at most thirty a second; they may fail while a fault is made. */
  const keepFiring = (stop: AbortSignal) =>
    Promise.all(
      [1, 2, 3].map(async () => {
        while (!stop.aborted) await Promise.allSettled([agent.fire('create-task'), wait(100)]);
      }),
    );

  const away = (name: string) => async (): Promise<Ending> => {
    await mesh.process(name).kill();
    return () => mesh.process(name).start();
  };
  const frozen = (name: string) => async (): Promise<Ending> => {
    await mesh.process(name).pause();
    return () => mesh.process(name).resume();
  };
  const traceBackend = (condition: 'failing' | 'slow') => async (): Promise<Ending> => {
    await mesh.traceBackend.become(condition);
    return () => mesh.traceBackend.become('well');
  };

  async function poison(): Promise<Ending> {
    const QueueUrl = await urlOf(mesh.sqs, 'tasks');
    for (let n = 0; n < MANY; n++)
      await mesh.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: POISON }));
    return async () => {};
  }

  async function hangingModel(): Promise<Ending> {
    await mesh.model.behave({ hang: true });
    const tasks = Promise.allSettled(Array.from({ length: MANY }, () => agent.fire('create-task')));
    return async () => {
      await mesh.model.behave({});
      await tasks;
    };
  }

  /** The messages that wait in the outbox were written two minutes ago. */
  async function oldOutbox(): Promise<Ending> {
    const end = await away('queue')();
    await vi.waitFor(async () => {
      const { rowCount } = await mesh.db.query(
        `UPDATE outbox SET created_at = now() - interval '2 minutes' WHERE sent_at IS NULL`,
      );
      expect(rowCount).toBeGreaterThan(0);
    }, PATIENCE);
    return end;
  }

  const faults: [fault: string, begin: () => Promise<Ending>, alerts: Record<string, string>[]][] = [
    ['ws-hub is killed', away('ws-hub'), [{ alertname: 'ServiceDown', job: 'ws-hub' }]],
    [
      'the trace backend answers with 500',
      traceBackend('failing'),
      [{ alertname: 'SpanExportFailing', job: 'rest-api' }],
    ],
    ['the trace backend is slow', traceBackend('slow'), [{ alertname: 'SpansDropped' }]],
    [
      'messages cannot be processed',
      poison,
      [
        { alertname: 'MessagesFailing', job: 'worker', messaging_destination_name: 'tasks' },
        { alertname: 'DeadLetters', messaging_destination_name: 'tasks' },
      ],
    ],
    ['the queue is away', oldOutbox, [{ alertname: 'OutboxStuck', messaging_destination_name: 'tasks' }]],
    [
      'the model hangs',
      hangingModel,
      [{ alertname: 'QueueNotConsumed', messaging_destination_name: 'tasks' }],
    ],
    [
      'Postgres is killed',
      away('postgres'),
      [
        { alertname: 'RequestsFailing', job: 'rest-api' },
        { alertname: 'CallsFailing', job: 'cost-ledger' },
        { alertname: 'ToolsFailing', job: 'edge-mcp' },
      ],
    ],
    ['cost-ledger is frozen', frozen('cost-ledger'), [{ alertname: 'RequestsSlow', job: 'rest-api' }]],
  ];

  it('faults of a mesh make their alerts fire', { timeout: faults.length * TEST_MS }, async () => {
    for (const [fault, begin, alerts] of faults) {
      const expected = alerts.map((labels) => expect.objectContaining(labels));
      await vi.waitFor(async () => {
        const firing = await prometheus.firing();
        for (const alert of expected) expect(firing, `before ${fault}`).not.toContainEqual(alert);
      }, PATIENCE);
      const end = await begin();
      try {
        await vi.waitFor(
          async () => expect(await prometheus.firing(), fault).toEqual(expect.arrayContaining(expected)),
          PATIENCE,
        );
      } finally {
        await end();
      }
    }
  });

  it('stores exemplars, whose traces are in the trace store', { timeout: TEST_MS }, async () => {
    await vi.waitFor(async () => {
      const stored = await prometheus.exemplars('http_server_request_duration_bucket{job="rest-api"}');
      expect(stored.length).toBeGreaterThan(0);
      const traces = await Promise.all(
        stored.map(({ trace_id }) => fetchTrace(mesh.endpoints.traces, trace_id)),
      );
      const spans = traces.flatMap((trace) => trace?.spans ?? []).map(({ spanId }) => spanId);
      expect(spans).toContain(stored.at(-1)?.span_id);
    }, PATIENCE);
  });
});
