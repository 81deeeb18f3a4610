import { screen } from '@inquirer/testing/vitest';
import { expect, it } from 'vitest';
import { complete } from './ask.ts';

it('asks a person for the name and the kind, and does not take a name that is none', async () => {
  const answer = complete({}, true);
  expect(screen.getScreen()).toContain('Its name');
  screen.type('Price-list');
  screen.keypress('enter');
  await screen.next();
  expect(screen.getScreen()).toContain('it must be lower-case letters');
  for (const _ of 'Price-list') screen.keypress('backspace');
  screen.type('price-list');
  screen.keypress('enter');
  await screen.next();
  expect(screen.getScreen()).toContain('How it is spoken to');
  screen.keypress('down');
  screen.keypress('enter');
  expect(await answer).toEqual({ name: 'price-list', kind: 'grpc' });
});

it('asks only for what the command line left out', async () => {
  const answer = complete({ name: 'price-list' }, true);
  expect(screen.getScreen()).toContain('How it is spoken to');
  screen.keypress('enter');
  expect(await answer).toEqual({ name: 'price-list', kind: 'http' });
});

it.each([
  [{}, 'the NAME is missing'],
  [{ name: 'price-list' }, '--kind is missing: one of http, grpc, ws, mcp, sqs'],
])('refuses %j where there is nobody to ask', async (given, said) => {
  await expect(complete(given, false)).rejects.toThrow(said);
});
