// What the mesh sent to Bedrock and SQS for a task, as their doubles recorded it.
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { expect, inject, vi } from 'vitest';
import { z } from 'zod';
import type { Attacker } from './attacker.ts';

const PATIENCE = { timeout: 20_000, interval: 100 };

const Attributes = z.record(z.string(), z.object({ StringValue: z.string().optional() }));
const Entry = z.object({ MessageBody: z.string(), MessageAttributes: Attributes.default({}) });
const QueueRequests = z.array(
  z.object({
    headers: z.record(z.string(), z.unknown()),
    body: z.union([Entry, z.object({ Entries: z.array(Entry).default([]) })]).catch({ Entries: [] }),
  }),
);
const ModelRequests = z.array(z.object({ headers: z.record(z.string(), z.unknown()), body: z.string() }));

export interface FarSide {
  /** The attributes of the task's message, by name. */
  attributes: Record<string, string | undefined>;
  /** The tenant that the message names to the worker. */
  tenantId: unknown;
  /** Every name of a header that went to SQS or to the model with it. */
  headerNames: string[];
}

/** The task, once it has ended. */
export async function endOf(taskId: string, { bearer }: Attacker) {
  const api = createRestApiClient(inject('endpoints')['rest-api'], () => bearer);
  return vi.waitFor(async () => {
    const task = await api.getTask(taskId);
    expect(['done', 'failed']).toContain(task.status);
    return task;
  }, PATIENCE);
}

/** What left the mesh for a task that has ended; its id has to stand in its prompt. */
export async function sentOnFor(taskId: string): Promise<FarSide> {
  const queued = QueueRequests.parse(await received(inject('endpoints').sqs)).flatMap(({ headers, body }) =>
    ('Entries' in body ? body.Entries : [body]).map((entry) => ({ headers, ...entry })),
  );
  const message = queued.find(({ MessageBody }) => MessageBody.includes(taskId));
  const asked = ModelRequests.parse(await received(inject('endpoints').bedrock)).filter(({ body }) =>
    body.includes(taskId),
  );
  const attributes = Object.entries(message?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
    name,
    StringValue,
  ]);
  return {
    attributes: Object.fromEntries(attributes),
    tenantId: JSON.parse(message?.MessageBody ?? '{}').tenantId,
    headerNames: [message, ...asked].flatMap((request) => Object.keys(request?.headers ?? {})),
  };
}

async function received(double: string): Promise<unknown> {
  return (await fetch(new URL('/_double/requests', double))).json();
}
