import { FinalFailure, type Handler } from '@trace-mesh/runtime/sqs-process';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withSpan } from '@trace-mesh/tracing/span';
import { GreetMessage } from '../messages.ts';

/** Greets by name. The span of the work is the child of the message's. An invalid message is not retried. */
export const greet =
  (logger: Logger): Handler =>
  async (body) => {
    const { name } = read(body);
    await withSpan('make greeting', {}, () => {
      logger.info({ characters: name.length }, 'person greeted');
    });
  };

function read(body: string): GreetMessage {
  try {
    return GreetMessage.parse(JSON.parse(body));
  } catch {
    // Without the cause: the parser's message quotes the body, which must not be in a span.
    throw new FinalFailure('invalid message');
  }
}
