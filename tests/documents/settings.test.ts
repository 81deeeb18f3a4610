// The settings that docs/capacity.md names exist, under that name.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../all/root.ts';

const document = await readFile(join(ROOT, 'docs/capacity.md'), 'utf8');

/** The sources of a folder of the repository, without tests and documents. */
async function sourcesOf(folder: string): Promise<string> {
  const files = await readdir(join(ROOT, folder), { recursive: true });
  const sources = files.filter(
    (file) => /\.(ts|yaml)$/.test(file) && !/\.test\.ts$|node_modules|generated/.test(file),
  );
  return (await Promise.all(sources.map((file) => readFile(join(ROOT, folder, file), 'utf8')))).join('\n');
}
const sources = (await Promise.all(['packages', 'services', 'infra'].map(sourcesOf))).join('\n');

const settings = new Set(
  Array.from(
    document.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+(?:[A-Z][a-z]+)+)[`:]/g),
    ([, name]) => name,
  ),
);

it('docs/capacity.md names settings of the services and of Kubernetes', () => {
  for (const name of ['CONSUMER_CONCURRENCY', 'maxReplicaCount', 'TASK_QUEUE'])
    expect(settings).toContain(name);
});

it.each([...settings])('%s, which docs/capacity.md names, is a setting of the code or of infra', (name) => {
  expect(sources).toMatch(new RegExp(`\\b${name}\\b`));
});

it.each(['task-events', 'task-audit'])('the name %s in docs/capacity.md is that of the code', (name) => {
  expect(document).toContain(`\`${name}\``);
  expect(sources).toContain(`'${name}'`);
});
