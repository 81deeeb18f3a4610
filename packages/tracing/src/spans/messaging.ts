// The attributes of every span about a message, by the semantic conventions for messaging.

/** `publish` and `redrive` are names of our own for what the conventions call `send`. */
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
