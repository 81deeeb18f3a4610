// The commands in the documents are run as they stand there, in a copy of this checkout with a mesh of its own; what takes too
// long, or needs what is not there, names the test that has it. The commands in their prose name what there is.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROWS } from '@trace-mesh/faults/faults';
import { lessons } from '@trace-mesh/lessons/catalog';
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyCheckout } from './copy-checkout.ts';
import { type Block, readDocuments } from './markdown.ts';
import { ROOT } from './root.ts';

/** A whole firing, or the Inspector out of the registry, on a small machine that does other things as well. */
const COMMAND_MS = 300_000;
/** The first port of the mesh in the documents, and of that in the copy. */
const DOCUMENTED = 20_000;
const OURS = 23_000;

/** Not run here, but there. */
const ELSEWHERE: [command: RegExp, test: string][] = [
  [/^npm test\b|^npm run test:all\b/, '.ci/run'],
  [/^npm run demo -- --break\b/, 'tests/all/breaks.test.ts'],
  [/^npm run trace -- watch\b/, 'tests/e2e/trace-doctor.test.ts'],
  [/^npm run new-service$/, 'tools/new-service/src/prompt.test.ts'],
  [/^PORT=3000 .* node --import/, 'tests/all/tracing-package.test.ts'],
  [/^docker compose\b|--target compose\b/, 'tools/embedded/src/compose.test.ts'],
];
/** What may come of a command that does its work; of all others 0. */
const EXIT_CODES: [command: RegExp, codes: number[]][] = [
  [/^npm run trace -- diff\b/, [0, 1]],
  [/^git diff --no-index\b/, [1]],
];

const documents = await readDocuments();
const blocks = documents.flatMap((document) => document.blocks).filter(({ language }) => language === 'sh');
const makesService = ({ code }: Block) => code.includes('npm run new-service');

/** Each command of a block, continued lines in one, without what is said about it. */
const commandsIn = ({ code }: Block): string[] =>
  code
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => line !== '');
const isElsewhere = (command: string) => ELSEWHERE.some(([pattern]) => pattern.test(command));

type Checkout = Awaited<ReturnType<typeof copyCheckout>>;

/** Runs commands in one shell, as somebody who reads types them; answers those that failed, with what they said. */
async function runAll({ run }: Checkout, commands: readonly string[]) {
  const failed: string[] = [];
  const script = commands.map((command) => `${command}\nprintf '\\n::exit %s\\n' $?`).join('\n');
  const { all } = await run('bash', ['-c', script], { all: true, reject: false, timeout: COMMAND_MS });
  const outputs = all.split(/^::exit /m);
  for (const [index, command] of commands.entries()) {
    const code = Number(/^\d+/.exec(outputs[index + 1] ?? '')?.[0]);
    const allowed = EXIT_CODES.find(([pattern]) => pattern.test(command))?.[1] ?? [0];
    if (!allowed.includes(code)) failed.push(`${command} → ${code}\n${outputs[index]}`);
  }
  return failed;
}

const named = (all: readonly Block[]) => all.map((block) => [`${block.file}:${block.line}`, block] as const);

describe('with a mesh up, what stands in', () => {
  let checkout: Checkout;
  let ids: string[];
  let endMesh: () => Promise<unknown>;

  beforeAll(async () => {
    checkout = await copyCheckout();
    const { run } = checkout;
    // As `npm run dev` does, but for npm, which takes no signal on.
    const args = ['scripts/run.mjs', 'tools/embedded/src/dev.ts', '--json', '--port', String(OURS)];
    const dev = run(process.execPath, args, { reject: false });
    endMesh = () => {
      dev.kill('SIGTERM');
      return dev;
    };
    await Promise.race([
      once(createInterface(dev.stdout), 'line'),
      dev.then(({ stderr }) => Promise.reject(new Error(stderr))),
    ]);
    const fire = () =>
      run('npm', ['run', '-s', 'demo', '--', '--once', '--json', '--scenario', 'create-task']);
    const fired = [JSON.parse((await fire()).stdout), JSON.parse((await fire()).stdout)];
    ids = fired.map(({ traces }) => traces[0].traceId);
  }, COMMAND_MS);
  afterAll(async () => {
    await endMesh();
    await checkout[Symbol.asyncDispose]();
  });

  /** With the trace ids and the ports of this mesh; an answer from 400 on is a failure. */
  const here = (command: string) =>
    command
      .replace(/^curl /, 'curl --fail ')
      .replace(/\bA B\b/, ids.join(' '))
      .replace(/ ID\b/, ` ${ids[0]}`)
      .replaceAll(/127\.0\.0\.1:(20\d{3})/g, (_, port) => `127.0.0.1:${Number(port) - DOCUMENTED + OURS}`);

  it.each(named(blocks.filter((block) => !makesService(block))))(
    '%s does what it says',
    async (_, block) => {
      const commands = commandsIn(block).filter((command) => !isElsewhere(command));
      expect(await runAll(checkout, commands.map(here))).toEqual([]);
    },
    COMMAND_MS,
  );
});

it.each(named(blocks.filter(makesService)))(
  'in a checkout without a mesh, %s does what it says',
  async (_, block) => {
    await using checkout = await copyCheckout();
    const commands = commandsIn(block).filter((command) => !isElsewhere(command));
    // A mesh of its own would stay up for who watches.
    const once = commands.map((command) => command.replace(/^npm run demo -- /, '$&--once '));
    expect(await runAll(checkout, once)).toEqual([]);
  },
  COMMAND_MS,
);

it.each(ELSEWHERE)('%s is in a document, and has its own test: %s', (pattern, test) => {
  expect(blocks.flatMap(commandsIn).filter((command) => pattern.test(command))).not.toEqual([]);
  expect(existsSync(ROOT + test)).toBe(true);
});

describe('a command in prose', async () => {
  const scriptsIn = async (folder: string): Promise<string[]> => {
    const manifest = join(ROOT, folder, 'package.json');
    return existsSync(manifest)
      ? Object.keys(JSON.parse(await readFile(manifest, 'utf8')).scripts ?? {})
      : [];
  };
  const scripts = await scriptsIn('');
  const said = documents.flatMap(({ file, inlineCode }) => inlineCode.map((code) => [file, code] as const));

  it.each(said.filter(([, code]) => /^npm run [a-z-]/.test(code)))(
    '%s: %s is a script',
    async (file, code) => {
      const [, name = ''] = /^npm run (?:-s )?(\S+)/.exec(code) ?? [];
      expect([...scripts, ...(await scriptsIn(dirname(file)))]).toContain(name);
    },
  );

  const options: [option: RegExp, values: unknown[]][] = [
    [/--break (\d+)$/, ROWS.map(String)],
    [/--scenario ([a-z][\w-]*)/, scenarios.map(({ name }) => name)],
    [/npm run lesson -- ([a-z][\w-]*)/, lessons.map(({ name }) => name)],
  ];
  const valued = said.flatMap(([file, code]) =>
    options.flatMap(([option, values]) => {
      const [, value] = option.exec(code) ?? [];
      return value ? [[file, code, value, values] as const] : [];
    }),
  );
  it.each(valued)('%s: %s has a value that is taken: %s', (_file, _code, value, values) => {
    expect(values).toContain(value);
  });

  const proofs = documents.flatMap(({ file, text }) =>
    [...text.matchAll(/^- Scenarios? (`.*)$/gm)].flatMap(([, line = '']) =>
      [...line.matchAll(/`([a-z][\w-]*)`/g)].map(([, name = '']) => [file, name] as const),
    ),
  );
  it.each(proofs)('%s: %s is a scenario', (_, name) => {
    expect(scenarios.map((scenario) => scenario.name)).toContain(name);
  });
});
