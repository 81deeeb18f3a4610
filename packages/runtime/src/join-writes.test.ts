import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { joinWrites } from './join-writes.ts';

it('what is written in one turn of the event loop is sent in one system call', async () => {
  const sent: string[][] = [];
  const socket = joinWrites(
    new Writable({
      writev(chunks, done) {
        sent.push(chunks.map(({ chunk }) => String(chunk)));
        done();
      },
    }),
  );
  socket.write('a');
  socket.cork();
  socket.write('b');
  socket.uncork();
  await Promise.resolve();
  socket.write('c');
  expect(sent).toEqual([]);
  await turn();
  socket.write('d');
  await turn();
  expect(sent).toEqual([['a', 'b', 'c'], ['d']]);
});
