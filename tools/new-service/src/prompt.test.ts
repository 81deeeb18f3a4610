import { screen } from '@inquirer/testing/vitest';
import { expect, it } from 'vitest';
import { promptForMissing } from './prompt.ts';

it('prompts for name and kind, and rejects an invalid name at the prompt', async () => {
  const answer = promptForMissing({}, true);
  expect(screen.getScreen()).toContain('Name');
  screen.type('Price-list');
  screen.keypress('enter');
  await screen.next();
  expect(screen.getScreen()).toContain('use lower-case letters');
  for (const _ of 'Price-list') screen.keypress('backspace');
  screen.type('price-list');
  screen.keypress('enter');
  await screen.next();
  expect(screen.getScreen()).toContain('Kind');
  screen.keypress('down');
  screen.keypress('enter');
  expect(await answer).toEqual({ name: 'price-list', kind: 'grpc' });
});

it('prompts only for what the command line left out', async () => {
  const answer = promptForMissing({ name: 'price-list' }, true);
  expect(screen.getScreen()).toContain('Kind');
  screen.keypress('enter');
  expect(await answer).toEqual({ name: 'price-list', kind: 'http' });
});

it.each([
  [{}, 'NAME is missing'],
  [{ name: 'price-list' }, '--kind is missing (one of http, grpc, ws, mcp, sqs)'],
])('rejects %j without a terminal', async (given, message) => {
  await expect(promptForMissing(given, false)).rejects.toThrow(message);
});
