import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  ensureKeys,
  ISSUER_KEY,
  ISSUER_PUBLIC_KEY,
  readKey,
  readServiceSecret,
  SERVICE_SECRET,
} from './keys.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const contents = () => readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]);

it('ensureKeys creates three files that only their owner can read, and keeps existing ones', () => {
  ensureKeys(folder);
  const made = contents();
  expect(made.map(([file]) => file).sort()).toEqual([ISSUER_KEY, ISSUER_PUBLIC_KEY, SERVICE_SECRET].sort());
  for (const [file = ''] of made) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  ensureKeys(folder);
  expect(contents()).toEqual(made);
});

it('concurrent processes agree on one set of keys', async () => {
  const script = `import('${new URL('./keys.ts', import.meta.url).href}').then(({ ensureKeys, readKey }) => {
    ensureKeys(process.argv[1]);
    console.log(readKey(process.argv[1], '${ISSUER_PUBLIC_KEY}') + readKey(process.argv[1], '${SERVICE_SECRET}'));
  })`;
  const start = () => promisify(execFile)(process.execPath, ['-e', script, folder]);
  const seen = await Promise.all(Array.from({ length: 5 }, start));
  expect(new Set(seen.map(({ stdout }) => stdout)).size).toBe(1);
  expect(readdirSync(folder)).toHaveLength(3);
});

it('a missing key is an error that names the file and the fix', () => {
  expect(() => readKey(folder, ISSUER_PUBLIC_KEY)).toThrow(/issuer\.pub\.pem cannot be read.*npm run token/);
});

it('a service secret of less than 32 bytes is refused', () => {
  writeFileSync(join(folder, SERVICE_SECRET), 'short');
  expect(() => readServiceSecret(folder)).toThrow(/shorter than 32 bytes/);
});
