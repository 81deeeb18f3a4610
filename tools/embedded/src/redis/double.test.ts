import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startRedisDouble } from './double.ts';

/** Commands as RESP, the protocol of Redis. */
const resp = (...commands: string[]) =>
  commands
    .map((command) => command.split(' '))
    .map((words) =>
      [`*${words.length}`, ...words.flatMap((word) => [`$${word.length}`, word]), ''].join('\r\n'),
    );

async function open(port: number) {
  const socket = connect(port).setEncoding('utf8');
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  return {
    socket,
    /** Sends the commands in one write; resolves when the answers are `expected`. */
    async sends(commands: string[], expected: string) {
      text = '';
      if (commands.length > 0) socket.write(resp(...commands).join(''));
      await expect.poll(() => text).toBe(expected);
    },
  };
}

it('the double answers pipelined commands in order, publishes, and expires keys', async () => {
  const double = await startRedisDouble(0);
  const [client, subscriber] = [await open(double.port), await open(double.port)];
  const numbers = Array.from({ length: 50 }, (_, index) => index);
  await client.sends(
    numbers.map(() => 'INCR n'),
    numbers.map((n) => `:${n + 1}\r\n`).join(''),
  );
  await subscriber.sends(['SUBSCRIBE news'], '*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n');
  await client.sends(['PUBLISH news hello'], ':1\r\n');
  await expect.poll(() => subscriber.sends([], '')).toBeUndefined();
  await client.sends(['SET brief value PX 1'], '+OK\r\n');
  await wait(2);
  await client.sends(['GET brief'], '$-1\r\n');
  for (const { socket } of [client, subscriber]) socket.destroy();
  await double.close();
});
