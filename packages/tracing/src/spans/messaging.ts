// The attributes of every span about a message, by the semantic conventions for messaging.

/** The conventions have `send` only for `publish` and `redrive`, which are names of this repository. */
export const messagingAttributes = (
  system: 'aws.sqs' | 'redis' | 'websocket',
  operation: 'create' | 'send' | 'publish' | 'redrive' | 'receive' | 'process',
  destination: string,
) => ({
  'messaging.system.name': system,
  'messaging.destination.name': destination,
  'messaging.operation.name': operation,
  'messaging.operation.type': operation === 'publish' || operation === 'redrive' ? 'send' : operation,
});
