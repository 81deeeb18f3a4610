// Runs the commands of the documents' code blocks unchanged, in a copy of this checkout with its mesh. Commands that take too
// long or need more (Docker) name the test that runs them. Commands in prose must name existing scripts and values.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROWS } from '@trace-mesh/faults/faults';
import { lessons } from '@trace-mesh/lessons/catalog';
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Checkout, copyCheckout, startDev } from './copy-checkout.ts';
import { type Block, readDocuments } from './markdown.ts';
import { ROOT } from './root.ts';

/** For all scenarios, or the Inspector's download, on a busy machine. */
const COMMAND_MS = 300_000;
/** First ports of the documents' mesh and of the copy's. */
const DOCUMENTED = 20_000;
const PORT = 23_000;

/** Commands that another test runs. */
const ELSEWHERE: [command: RegExp, test: string][] = [
  [/^npm test\b|^npm run test:all\b/, '.ci/run'],
  [/^npm run demo -- --break\b/, 'tests/all/breaks.test.ts'],
  [/^npm run trace -- watch\b/, 'tests/e2e/trace-doctor.test.ts'],
  [/^npm run new-service$/, 'tools/new-service/src/prompt.test.ts'],
  [/^PORT=3000 .* node --import/, 'tests/all/tracing-package.test.ts'],
  [/^npx --package=\S+ trace-doctor\b/, 'tests/all/trace-doctor-package.test.ts'],
  [/^npm run bench\b/, 'tests/all/bench.test.ts'],
  [/^(kubectl|kind) /, 'tools/topology/src/kubernetes/kustomize.test.ts'],
  [/^docker compose\b|--target compose\b/, 'tools/embedded/src/compose.test.ts'],
];
/** Exit codes of commands that succeed with another code than 0. */
const EXIT_CODES: [command: RegExp, codes: number[]][] = [
  [/^npm run trace -- diff\b/, [0, 1]],
  [/^git diff --no-index\b/, [1]],
];

const documents = await readDocuments();
const blocks = documents.flatMap((document) => document.blocks).filter(({ language }) => language === 'sh');
const makesService = ({ code }: Block) => code.includes('npm run new-service');

/** The commands of a block, with continued lines joined and without comments. */
const commandsIn = ({ code }: Block): string[] =>
  code
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => line !== '');
const isElsewhere = (command: string) => ELSEWHERE.some(([pattern]) => pattern.test(command));

/** Runs commands in one shell and returns those with an unexpected exit code, with their output. */
async function runAll({ run }: Checkout, commands: readonly string[]) {
  const failed: string[] = [];
  const script = commands.map((command) => `${command}\nprintf '\\n::exit %s\\n' $?`).join('\n');
  // A server over stdio ends with its input.
  const options = { all: true, reject: false, timeout: COMMAND_MS, stdin: 'ignore' } as const;
  const { all } = await run('bash', ['-c', script], options);
  const outputs = all.split(/^::exit /m);
  for (const [index, command] of commands.entries()) {
    const code = Number(/^\d+/.exec(outputs[index + 1] ?? '')?.[0]);
    const allowed = EXIT_CODES.find(([pattern]) => pattern.test(command))?.[1] ?? [0];
    if (!allowed.includes(code)) failed.push(`${command} → ${code}\n${outputs[index]}`);
  }
  return failed;
}

const named = (all: readonly Block[]) => all.map((block) => [`${block.file}:${block.line}`, block] as const);

describe('with a running mesh', () => {
  const opened = new AsyncDisposableStack();
  let checkout: Checkout;
  let ids: string[];

  beforeAll(async () => {
    checkout = opened.use(await copyCheckout());
    opened.use(await startDev(checkout, '--port', String(PORT)));
    const demo = ['run', '-s', 'demo', '--', '--once', '--json', '--scenario', 'create-task'];
    const fire = async () => JSON.parse((await checkout.run('npm', demo)).stdout).traces[0].traceId;
    ids = [await fire(), await fire()];
  }, COMMAND_MS);
  afterAll(() => opened.disposeAsync());

  /** The command with this mesh's trace ids and ports; curl fails from status 400. */
  const here = (command: string) =>
    command
      .replace(/^curl /, 'curl --fail ')
      .replace(/\bA B\b/, ids.join(' '))
      .replace(/ ID\b/, ` ${ids[0]}`)
      .replaceAll(/127\.0\.0\.1:(20\d{3})/g, (_, port) => `127.0.0.1:${Number(port) - DOCUMENTED + PORT}`);

  it.each(named(blocks.filter((block) => !makesService(block))))(
    'the commands of %s succeed',
    async (_, block) => {
      const commands = commandsIn(block).filter((command) => !isElsewhere(command));
      expect(await runAll(checkout, commands.map(here))).toEqual([]);
    },
    COMMAND_MS,
  );
});

it.each(named(blocks.filter(makesService)))(
  'the commands of %s succeed in a checkout without a mesh',
  async (_, block) => {
    await using checkout = await copyCheckout();
    const commands = commandsIn(block).filter((command) => !isElsewhere(command));
    const once = commands.map((command) => command.replace(/^npm run demo -- /, '$&--once '));
    expect(await runAll(checkout, once)).toEqual([]);
  },
  COMMAND_MS,
);

it.each(ELSEWHERE)('%s is in a document and its test exists: %s', (pattern, test) => {
  expect(blocks.flatMap(commandsIn).filter((command) => pattern.test(command))).not.toEqual([]);
  expect(existsSync(ROOT + test)).toBe(true);
});

describe('in prose', async () => {
  const scriptsIn = async (folder: string): Promise<string[]> => {
    const manifest = join(ROOT, folder, 'package.json');
    return existsSync(manifest)
      ? Object.keys(JSON.parse(await readFile(manifest, 'utf8')).scripts ?? {})
      : [];
  };
  const scripts = await scriptsIn('');
  const said = documents.flatMap(({ file, inlineCode }) => inlineCode.map((code) => [file, code] as const));

  it.each(said.filter(([, code]) => /^npm run [a-z-]/.test(code)))(
    '%s: %s names an npm script',
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
  it.each(valued)('%s: %s has an allowed value: %s', (_file, _code, value, values) => {
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
