// The MCP Inspector's command line: a client that is not ours, and unmodified.
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import pLimit from 'p-limit';

export const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0';
export const ERAS = ['modern', 'legacy'] as const;
export type Era = (typeof ERAS)[number];

/** The result of a tool as the Inspector prints it. */
export interface ToolResult {
  structuredContent: Record<string, unknown>;
  content: { type: string; text: string }[];
  isError?: boolean;
}

/** Runs the command line for each line of arguments on stdin, as the Inspector's launcher does: a process start for each takes a second. */
const PROGRAM = `
import { createInterface } from 'node:readline';
const { runCli } = await import(process.env.INSPECTOR_CLI);
for await (const line of createInterface(process.stdin)) {
  await runCli([process.execPath, 'mcp-inspector', ...JSON.parse(line)]);
  process.stdout.write('\\0');
}`;

async function* outputsOf(stdout: AsyncIterable<unknown>): AsyncGenerator<string, undefined> {
  let output = '';
  for await (const chunk of stdout) {
    output += chunk;
    if (!output.endsWith('\0')) continue;
    yield output.slice(0, -1);
    output = '';
  }
  return undefined;
}

/** Fetches the Inspector and starts it; `call` calls a tool with it, one call at a time. */
export async function openInspector() {
  const { stdout: launcher } = await execa('npx', [
    ...['-y', '-p', INSPECTOR, '-c', 'command -v mcp-inspector'],
  ]);
  const cli = join(dirname(await realpath(launcher)), '../../cli/build/index.js');
  const child = execa(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    env: { INSPECTOR_CLI: cli },
    buffer: { stdout: false },
  });
  const outputs = outputsOf(child.stdout);
  const limit = pLimit(1);
  const call = (url: string, era: Era, tool: string, args: Record<string, unknown>): Promise<ToolResult> =>
    limit(async () => {
      const server = [url, '--transport', 'http', '--protocol-era', era];
      const method = ['--method', 'tools/call', '--tool-name', tool];
      const line = [...server, ...method, '--tool-args-json', JSON.stringify(args), '--format', 'json', '-q'];
      child.stdin.write(`${JSON.stringify(line)}\n`);
      const { value } = await outputs.next();
      // It ended, and says why.
      if (value === undefined) throw await child;
      return JSON.parse(value).result;
    });
  return {
    call,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await child;
    },
  };
}
