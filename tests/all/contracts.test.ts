// The parser of the AsyncAPI initiative, which is too large to be a dependency, accepts docs/asyncapi.yaml.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { ASYNCAPI } from '../contracts/text.ts';

const PARSER = '@asyncapi/parser@3.6.6';
const TIMEOUT_MS = 240_000;

/** Parses the document on stdin and prints the diagnostics of severity 0 (error) and 1 (warning). */
const PROGRAM = `
import { text } from 'node:stream/consumers';
import { Parser } from '@asyncapi/parser';
const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const found = diagnostics.filter(({ severity }) => severity < 2).map(({ code, message }) => ({ code, message }));
console.log(JSON.stringify({ channels: document?.channels().all().length, found }));
`;

it(
  "AsyncAPI's parser finds no error and no warning in the document, and an error in a broken one",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'asyncapi-'));
    const parse = async (input: string) => {
      const options = { cwd: folder, input };
      return JSON.parse(
        (await execa(process.execPath, ['--input-type=module', '-e', PROGRAM], options)).stdout,
      );
    };
    try {
      await execa('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, PARSER], { cwd: folder });
      const document = await readFile(ASYNCAPI, 'utf8');
      expect(await parse(document)).toEqual({ channels: 6, found: [] });
      const broken = await parse(document.replace('action: send', 'action: shout'));
      expect(broken.found).not.toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  TIMEOUT_MS,
);
