// HTTP as no client library would send it: bytes on a socket, and what comes back until the server closes.
import { connect } from 'node:net';

/** How long a server may take over one raw exchange, in ms. */
const DEADLINE_MS = 10_000;

export interface RawAnswer {
  /** 0 where the server closed without a word. */
  status: number;
  headers: Record<string, string>;
  /** All that came back, status line and headers included. */
  text: string;
}

/** Sends bytes to the server behind `url`, and answers what came back when it, or the deadline, ended the connection. */
export async function sendRaw(url: string, ...pieces: (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  // A server that has refused need not read the rest: the reset is its right, the answer is what counts.
  socket.on('error', () => undefined);
  const tooLong = setTimeout(() => socket.destroy(), DEADLINE_MS);
  // In one piece: what is still on its way when the server closes could reset the connection before its answer is read.
  socket.write(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
  await new Promise((resolve) => socket.once('close', resolve));
  clearTimeout(tooLong);
  return parse(Buffer.concat(received).toString('latin1'));
}

/** The head of a request that ends its connection: request line, then each header as it is given. */
export function head(requestLine: string, ...headers: string[]): string {
  return `${[requestLine, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`;
}

function parse(text: string): RawAnswer {
  const [top = ''] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = top.split('\r\n');
  const pairs = lines.map((line) => /^([^:]+):\s*(.*)$/.exec(line) ?? ['', '', '']);
  const headers = Object.fromEntries(pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value]));
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, text };
}
