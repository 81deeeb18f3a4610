// The causes of broken traces that the doctor tells apart.

interface Explained {
  /** What went wrong, in one line. */
  what: string;
  /** What shows it in the traces, for a reader without the doctor. */
  seen: string;
}

/** Each cause by its name in diagnoses and answers. */
export const CAUSES = {
  'http-without-traceparent': {
    what: 'the request arrived without the header, and started its own trace',
    seen: 'a CLIENT span without a child, and a SERVER span with the same url.path that is the root of another trace',
  },
  'message-attributes-not-asked-for': {
    what: 'the sender put the context into SQS message attributes, and the ReceiveMessage of the consumer requested none',
    seen: 'mesh.messaging.context_place of the PRODUCER span is attributes, mesh.messaging.received_attributes of the CONSUMER span is 0',
  },
  'no-room-for-context': {
    what: 'the user took all ten SQS message attributes, and the context was dropped',
    seen: 'mesh.messaging.user_attributes of the PRODUCER span is 10',
  },
  'context-of-the-connection': {
    what: 'a WebSocket message ran in the context of its connection',
    seen: "the CONSUMER span is a child of its own service's handshake (GET /ws), not of the span that sent it",
  },
  'sampler-ignores-its-parent': {
    what: 'a service in the middle decided again, and did not record its spans',
    seen: 'a SERVER or CONSUMER span names a parent that is in no trace, and the service before it has no span',
  },
  'unsampled-trace-recorded': {
    what: 'spans were recorded of a trace that its caller did not sample',
    seen: 'a trace in the store whose traceparent had the flags 00',
  },
  'baggage-left-the-mesh': {
    what: 'a third party received baggage',
    seen: 'the headers that the third party reports',
  },
  'item-outside-its-span': {
    what: 'the work of a batch item ran beside its span',
    seen: 'the span with mesh.batch.index has no children; the work is a child of the batch',
  },
  'tenant-changed': {
    what: 'a span works for another tenant than the span above it',
    seen: 'mesh.tenant.id of a span and of its parent',
  },
  'carrier-without-context': {
    what: 'any other carrier lost the context: the far side has another parent, no link, or a trace of its own',
    seen: 'the far side is the root of another trace, has no link, or is a child of a span that did not send it',
  },
  'never-arrived': {
    what: 'the far side is in no trace',
    seen: 'no trace of that time has the span: it never ended, or was not exported',
  },
} as const satisfies Record<string, Explained>;

export type Cause = keyof typeof CAUSES;
