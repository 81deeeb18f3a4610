import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { settle, writePlan } from './write.ts';

const plan = (created: Record<string, string>, changed: Record<string, string>) => ({
  name: 'greeter',
  kind: 'http' as const,
  port: 8086,
  created: new Map(Object.entries(created)),
  changed: new Map(Object.entries(changed)),
});

it('makes new files, folders included, and changes old ones; but overwrites no file that is to be new', async () => {
  const root = await mkdtemp(join(tmpdir(), 'new-service-'));
  try {
    const text = (path: string) => readFile(join(root, path), 'utf8');
    await writeFile(join(root, 'old'), 'before');
    await writePlan(root, plan({ 'services/greeter/app.ts': 'app' }, { old: 'after' }));
    expect([await text('services/greeter/app.ts'), await text('old')]).toEqual(['app', 'after']);
    await expect(writePlan(root, plan({ 'services/greeter/app.ts': 'other' }, {}))).rejects.toThrow('EEXIST');
    expect(await text('services/greeter/app.ts')).toBe('app');
  } finally {
    await rm(root, { recursive: true });
  }
});

it('names the step that failed, and says that the files are there', async () => {
  const root = await mkdtemp(join(tmpdir(), 'new-service-'));
  const told: string[] = [];
  try {
    const settling = settle(root, plan({}, {}), (line) => void told.push(line));
    await expect(settling).rejects.toThrow(
      /^the files are written, but installing its packages failed: .*update\.mjs/,
    );
    expect(told).toEqual(['installing its packages']);
  } finally {
    await rm(root, { recursive: true });
  }
});
