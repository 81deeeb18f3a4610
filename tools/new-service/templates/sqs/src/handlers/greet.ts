import { FinalFailure, type Handler } from '@trace-mesh/runtime/sqs-process';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withSpan } from '@trace-mesh/tracing/span';
import { GreetMessage } from '../messages.ts';

/** Greets by name. The work has a span of its own, in the message's. What is no message is never tried again. */
export const greet =
  (logger: Logger): Handler =>
  async (body) => {
    const { name } = read(body);
    await withSpan('make greeting', {}, () => {
      logger.info({ characters: name.length }, 'somebody was greeted');
    });
  };

function read(body: string): GreetMessage {
  try {
    return GreetMessage.parse(JSON.parse(body));
  } catch {
    // Without the cause: a parser's message quotes the body, and that belongs into no span.
    throw new FinalFailure('this is no message for this queue');
  }
}
