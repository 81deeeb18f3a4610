// The code in the documents is code: a program compiles as it stands there, and what is quoted from a file stands in it.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { slug } from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Block, readDocuments } from '../all/markdown.ts';
import { ROOT } from '../all/root.ts';

const documents = await readDocuments();
const blocks = documents.flatMap((document) => document.blocks);
const inLanguage = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));
const placed = (all: Block[]) => all.map((block) => [`${block.file}:${block.line}`, block] as const);
const quoted = blocks.filter(({ from }) => from);
const programs = inLanguage('ts', 'tsx').filter(({ from }) => !from);

/** Lines without their indentation, as a quotation has its own. */
const linesOf = (text: string) => text.split('\n').map((line) => line.trim());
/** A line that stands for others which are left out. */
const LEFT_OUT = '// …';

describe('what a document quotes', () => {
  it.each(placed(quoted))('%s stands in the file that it names', async (_, block) => {
    const source = `\n${linesOf(await readFile(ROOT + block.from, 'utf8')).join('\n')}\n`;
    for (const passage of linesOf(block.code).join('\n').split(LEFT_OUT)) {
      expect(source).toContain(`\n${passage.trim()}\n`);
    }
  });
});

const CONFIG = {
  extends: '../../../tsconfig.base.json',
  include: ['*.ts', '*.tsx'],
};

/** What the compiler says of the programs, each in a file named after its place. They see the packages that tests see. */
async function compile(programs: readonly Block[]): Promise<string> {
  await mkdir(join(ROOT, 'tests/.mesh'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, 'tests/.mesh/snippets-'));
  try {
    for (const program of programs) await writeFile(join(folder, fileOf(program)), inPlace(program));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
    const options = { preferLocal: true, localDir: ROOT, cwd: folder, reject: false } as const;
    const { stdout, stderr, exitCode } = await execa('tsc', ['--pretty', 'false'], options);
    if (exitCode !== 0 && !stdout.includes('error TS')) throw new Error(`tsc: ${stdout}${stderr}`);
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const fileOf = ({ file, line, language }: Block) => `${file.replaceAll('/', '_')}_${line}.${language}`;
/** On the same line as in the document, so that the compiler names it; a module, so that its names are its own. */
const inPlace = ({ line, code }: Block) => `${'\n'.repeat(line - 1)}${code}\nexport {};\n`;

describe('a program in a document', async () => {
  const complaints = await compile(programs);

  it.each(placed(programs))('%s compiles', (_, program) => {
    const own = complaints.split('\n').filter((complaint) => complaint.startsWith(fileOf(program)));
    expect(own).toEqual([]);
  });

  it('is the only thing the compiler complained of', () => {
    const known = programs.map(fileOf);
    const others = complaints
      .split('\n')
      .filter((line) => line.includes('error TS') && !known.some((file) => line.startsWith(file)));
    expect(others).toEqual([]);
  });
});

it.each(placed(inLanguage('json')))('%s is JSON', (_, { code }) => {
  expect(() => JSON.parse(code)).not.toThrow();
});

it.each(placed(inLanguage('yaml')))('%s is YAML', (_, { code }) => {
  expect(parse(code)).toBeTypeOf('object');
});

it('every code block says what it is, so that something checks it', () => {
  // Pictures are made from the scenarios: tools/scenarios/src/flow-documents.test.ts.
  // `text` is output, which changes with every run: only the README has some.
  const checked = ['ts', 'tsx', 'json', 'yaml', 'sh', 'mermaid'];
  expect(
    blocks.filter(
      ({ file, language, from }) =>
        !from && !checked.includes(language) && !(file === 'README.md' && language === 'text'),
    ),
  ).toEqual([]);
});

describe('a link in a document', () => {
  const local = documents.flatMap(({ file, links }) =>
    links.filter((href) => !/^(https?:|#)/.test(href)).map((href) => [file, href] as const),
  );
  it.each(local)('%s leads to %s', (file, href) => {
    const [path = ''] = href.split('#');
    expect(existsSync(join(ROOT, dirname(file), path))).toBe(true);
  });

  const headings = documents.flatMap(({ file, links }) =>
    links.filter((href) => /^[^:]*#/.test(href)).map((href) => [file, href] as const),
  );
  it.each(headings)('%s leads to a heading: %s', (file, href) => {
    const [path = '', anchor] = href.split('#');
    const target = path === '' ? file : join(dirname(file), path);
    const text = documents.find((document) => document.file === target)?.text ?? '';
    const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slug(title));
    expect(anchors).toContain(anchor);
  });
});
