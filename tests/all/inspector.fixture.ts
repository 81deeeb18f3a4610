// The MCP Inspector's command line: a client that is not ours, and unmodified.
import { execa } from 'execa';

export const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0';
export const ERAS = ['modern', 'legacy'] as const;
export type Era = (typeof ERAS)[number];

/** The result of a tool as the Inspector prints it. */
export interface ToolResult {
  structuredContent: Record<string, unknown>;
  content: { type: string; text: string }[];
  isError?: boolean;
}

/** Fetches the Inspector once, and returns what calls a tool with it; a start through npx each time takes twice as long. */
export async function openInspector() {
  const { stdout: program } = await execa('npx', [
    ...['-y', '-p', INSPECTOR, '-c', 'command -v mcp-inspector'],
  ]);
  return async (url: string, era: Era, tool: string, args: Record<string, unknown>): Promise<ToolResult> => {
    const server = ['--cli', url, '--transport', 'http', '--protocol-era', era];
    const call = ['--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args)];
    const { stdout } = await execa(process.execPath, [program, ...server, ...call, '--format', 'json', '-q']);
    return JSON.parse(stdout).result;
  };
}
