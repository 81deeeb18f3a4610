// Work that no caller waits for: the job runs in its own trace, and each of the two traces links to the other.
import { hasEnded, restApi, until } from './rest.ts';
import {
  consumer,
  type FireOptions,
  inOtherTrace,
  internal,
  link,
  parent,
  producer,
  type Scenario,
  server,
} from './scenario.ts';

const start = internal('rest-api', 'start job');
const create = producer('rest-api', 'create tasks');

export const asyncJob: Scenario = {
  name: 'async-job',
  title: 'A job in a trace of its own that links to the request which asked for it',
  teaches:
    'Work that no caller waits for gets its own trace; links lead both ways, and the sampling decision follows them.',
  rows: [13],
  edges: [
    inOtherTrace(link(13, 'outbox', server('rest-api', 'POST /api/jobs'), start)),
    inOtherTrace(parent(12, 'outbox', start, create)),
    inOtherTrace(parent(8, 'sqs', create, consumer('worker', 'process tasks'))),
  ],
  fire,
};

async function fire(options: FireOptions) {
  const { prompt, signal } = options;
  const api = restApi(options);
  const { jobId } = await api.createJob({ prompt }, signal);
  const job = await until(() => api.getJob(jobId, signal), hasEnded, signal);
  const { status, result, traceId, submitterTraceId } = job;
  return {
    jobId,
    status,
    result,
    jobTraceId: traceId,
    submitterTraceId,
    relatedTraceIds: traceId ? [traceId] : [],
  };
}
