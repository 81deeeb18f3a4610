// The messages of an MCP server's connections, for wrappers: tracing is one, a service may add others.
import type { JSONRPCMessage, McpServer, MessageExtraInfo, Transport } from '@modelcontextprotocol/server';

/** What a wrapper does with the messages of one connection. `next` passes the message on, or another in its place. */
export interface MessageHooks {
  received?(
    message: JSONRPCMessage,
    next: (message?: JSONRPCMessage) => void,
    extra: MessageExtraInfo | undefined,
  ): void;
  sent?(message: JSONRPCMessage, next: (message?: JSONRPCMessage) => Promise<void>): Promise<void>;
  closed?(): void;
}

/** Wraps each transport that `server` connects in the hooks of `hooksOf`. The last wrapper is the outermost. */
export function wrapTransport(server: McpServer, hooksOf: (transport: Transport) => MessageHooks): McpServer {
  const protocol = server.server;
  const connect = protocol.connect.bind(protocol);
  protocol.connect = async (transport) => {
    await connect(transport);
    const hooks = hooksOf(transport);
    const { onmessage, onclose } = transport;
    const send = transport.send.bind(transport);
    transport.onmessage = (message, extra) => {
      const next = (passed: JSONRPCMessage = message) => onmessage?.(passed, extra);
      if (hooks.received) hooks.received(message, next, extra);
      else next();
    };
    transport.send = (message, options) => {
      const next = (passed: JSONRPCMessage = message) => send(passed, options);
      return hooks.sent ? hooks.sent(message, next) : next();
    };
    transport.onclose = () => {
      hooks.closed?.();
      onclose?.();
    };
  };
  return server;
}
