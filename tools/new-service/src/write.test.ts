import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { finishPlan, writePlan } from './write.ts';

const plan = (created: Record<string, string>, changed: Record<string, string>) => ({
  name: 'greeter',
  kind: 'http' as const,
  port: 8086,
  created: new Map(Object.entries(created)),
  changed: new Map(Object.entries(changed)),
});

it('writing a plan creates files and folders and changes files, but overwrites no file that it should create', async () => {
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

it('a failed install is reported by step, with the fact that the files were written', async () => {
  const root = await mkdtemp(join(tmpdir(), 'new-service-'));
  const steps: string[] = [];
  try {
    const finishing = finishPlan(root, plan({}, {}), (line) => void steps.push(line));
    await expect(finishing).rejects.toThrow(
      /^installing packages failed: .*update\.mjs.*\(the files were written\)$/,
    );
    expect(steps).toEqual(['installing packages']);
  } finally {
    await rm(root, { recursive: true });
  }
});
