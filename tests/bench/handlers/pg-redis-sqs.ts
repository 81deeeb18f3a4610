import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import express from 'express';
import { middleware, ours } from './ours.ts';
import { serveHttp } from './serve-http.ts';
import { useStores } from './stores.ts';

const sqs = new SQSClient({
  endpoint: String(process.env.SQS_ENDPOINT),
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
});
const name = `bench-${process.pid}`;
const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));

async function send(body: { item: string | null }): Promise<void> {
  if (ours) await sendMessage(sqs, { name, url: QueueUrl }, body);
  else await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
}

const app = express().get('/work/:item', ...middleware, async ({ params }, response) => {
  const item = await useStores(String(params.item));
  await send({ item });
  response.json({ item });
});
await serveHttp(app);
