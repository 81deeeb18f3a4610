// Explains why the far side of a hop is in another trace.
import { label } from '../selector.ts';
import type { Span } from '../trace.ts';
import type { LostPart } from './lost-parts.ts';
import { staleConnection } from './stale-messages.ts';
import { type Diagnosis, diagnosis, type Finding, startedNewTrace } from './types.ts';

/** SQS's limit of attributes per message, and the most that the context needs. */
const MAX_ATTRIBUTES = 10;
const MAX_CONTEXT_ATTRIBUTES = 4;

/** One diagnosis for all hops that were lost alike, with the text of the first. */
export function causesOfLoss(parts: readonly LostPart[]): Diagnosis[] {
  const explained = parts.map((part) => ({ part, ...explain(part) }));
  const alike = Map.groupBy(explained, ({ cause, part: { sender, receiver } }) =>
    JSON.stringify([cause, sender.service, sender.name, receiver.service, receiver.name]),
  );
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const more = group.length > 1 ? `, and so did ${group.length - 1} more` : '';
    const spans = group.flatMap(({ part }) => [part.sender, part.receiver]);
    const { cause, text } = first;
    const { row } = first.part.edge ?? {};
    return [diagnosis({ cause, ...(row && { row }), text: `${text}${more}` }, spans)];
  });
}

function explain({ sender, receiver, edge, connection }: LostPart): Finding {
  if (connection) return staleConnection(sender, receiver, connection);
  if (sender.attributes['messaging.system.name'] === 'aws.sqs' && receiver.kind === 'consumer')
    return lostMessage(sender, receiver);
  if (sender.kind === 'client' && receiver.attributes['http.request.method'] !== undefined) {
    const text = `the request of ${label(sender)} reached ${receiver.service} without traceparent: ${startedNewTrace(receiver)}`;
    return { cause: 'http-without-traceparent', text };
  }
  if (sender.service === receiver.service && receiver.kind !== 'consumer') {
    const text = `${startedNewTrace(receiver)}: it ran outside the context of ${label(sender)}, or that was stored without it`;
    return { cause: 'carrier-without-context', text };
  }
  const how = edge ? `over ${edge.transport} ` : '';
  const text = `what ${label(sender)} sent ${how}reached ${receiver.service} without context: ${startedNewTrace(receiver)}`;
  return { cause: 'carrier-without-context', text };
}

/** Both ends of an SQS message record where the context was (tracing's sqs/carrier.ts); spans of older versions may not. */
function lostMessage(sender: Span, receiver: Span): Finding {
  const reached = `the message reached ${receiver.service} without traceparent`;
  const { 'mesh.messaging.context_place': sent, 'mesh.messaging.user_attributes': own } = sender.attributes;
  const arrived = receiver.attributes['mesh.messaging.received_attributes'];
  if (sent === 'attributes') {
    const text =
      `${reached}: ${sender.service} sent it as a message attribute, but the receive of ${receiver.service} returned ` +
      `${arrived ?? 0} message attributes: SQS returns only those named in MessageAttributeNames`;
    return { cause: 'message-attributes-not-asked-for', text };
  }
  if (sent === 'aws-trace-header') {
    const text =
      `${reached}: ${sender.service} sent its trace as AWSTraceHeader, which the receive of ${receiver.service} did not ` +
      'return: SQS returns only the system attributes named in MessageSystemAttributeNames';
    return { cause: 'message-attributes-not-asked-for', text };
  }
  const taken = Number(own ?? arrived ?? 0);
  if (taken + MAX_CONTEXT_ATTRIBUTES > MAX_ATTRIBUTES)
    return {
      cause: 'no-room-for-context',
      text: `${reached}: ${sender.service} sent ${taken} user attributes`,
    };
  const text = `${reached}: ${sender.service} sent it without context (${taken} user attributes)`;
  return { cause: 'carrier-without-context', text };
}
