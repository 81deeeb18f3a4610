import { expect, it } from 'vitest';
import { inOrder, inReverseOrder, withDependencies } from './order.ts';

const nodes = [
  { name: 'service', dependsOn: ['migration'] },
  { name: 'migration', dependsOn: ['database'] },
  { name: 'database', dependsOn: [] },
  { name: 'cache', dependsOn: [] },
];

it('dependencies start first and stop last', async () => {
  const seen: string[] = [];
  const see = async ({ name }: { name: string }) => void seen.push(name);
  await inOrder(nodes, see);
  expect(seen.filter((name) => name !== 'cache')).toEqual(['database', 'migration', 'service']);
  seen.length = 0;
  await inReverseOrder(nodes, see);
  expect(seen.filter((name) => name !== 'cache')).toEqual(['service', 'migration', 'database']);
});

it('a process whose dependency failed is not started', async () => {
  const seen: string[] = [];
  const start = async ({ name }: { name: string }) => {
    if (name === 'database') throw new Error('no disk');
    seen.push(name);
  };
  await expect(inOrder(nodes, start)).rejects.toThrow('no disk');
  expect(seen).toEqual(['cache']);
});

it('a selected process comes with its dependencies', () => {
  expect(withDependencies(nodes, ['migration']).map(({ name }) => name)).toEqual(['migration', 'database']);
});
