// The documents of this checkout: their code blocks, inline code and links.
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { lexer, type Token, walkTokens } from 'marked';
import { ROOT } from './root.ts';

/** Templates of documents, checked in what is generated from them. */
const TEMPLATES = ['tools/new-service/templates/', 'tools/template/files/'];

/** A fenced code block; the text after its language names the quoted source. */
export interface Block {
  /** Path of the document from the root of the checkout. */
  file: string;
  /** First line of the code in the document. */
  line: number;
  language: string;
  from: string;
  code: string;
}

export interface Document {
  file: string;
  text: string;
  blocks: Block[];
  /** Code in prose, such as commands. */
  inlineCode: string[];
  /** Targets of links and images, unresolved. */
  links: string[];
}

/** Every Markdown file that git tracks or would track. */
export async function readDocuments(): Promise<Document[]> {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
  const { stdout } = await execa('git', list, { cwd: ROOT });
  const files = stdout.split('\n').filter((file) => !TEMPLATES.some((folder) => file.startsWith(folder)));
  return Promise.all(files.map(async (file) => parse(file, await readFile(ROOT + file, 'utf8'))));
}

function parse(file: string, text: string): Document {
  const document: Document = { file, text, blocks: [], inlineCode: [], links: [] };
  const tokens = lexer(text);
  let line = 1;
  for (const token of tokens) {
    if (token.type === 'code') document.blocks.push(blockOf(token, file, line + 1));
    line += token.raw.split('\n').length - 1;
  }
  walkTokens(tokens, (token) => {
    if (token.type === 'codespan') document.inlineCode.push(token.text);
    if (token.type === 'link' || token.type === 'image') document.links.push(token.href);
  });
  return document;
}

function blockOf(token: Token, file: string, line: number): Block {
  const { lang = '', text: code } = token as { lang?: string; text: string };
  const [language = '', from = ''] = lang.split(' ');
  return { file, line, language, from, code };
}
