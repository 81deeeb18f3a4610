// Attribute names that no semantic convention has. The conventions' names are written where they are set; the trace doctor checks them.

/** Tenant and user of the span's work, from the verified MCP context only. */
export const ATTR_MESH_TENANT_ID = 'mesh.tenant.id';
export const ATTR_MESH_USER_ID = 'mesh.user.id';
/** The agent at the other end of a WebSocket, by its `X-Agent-ID`. */
export const ATTR_MESH_AGENT_ID = 'mesh.agent.id';
/** The WebSocket subprotocol of a message, and whether it was sent from a log. */
export const ATTR_MESH_WS_PROTOCOL = 'mesh.ws.protocol';
export const ATTR_MESH_WS_REPLAYED = 'mesh.ws.replayed';
/** What a model call cost, in USD (a double, for display) and in integer micro-USD (exact). */
export const ATTR_MESH_COST_USD = 'mesh.cost.usd';
export const ATTR_MESH_COST_MICRO_USD = 'mesh.cost.micro_usd';
/** Why a model call has no cost: `no_price` (not in the table) or `no_tokens` (no valid token counts in the response). */
export const ATTR_MESH_COST_UNKNOWN = 'mesh.cost.unknown';
/** How often a message has been delivered, this time included; 1 the first time. */
export const ATTR_MESH_DELIVERY_ATTEMPT = 'mesh.messaging.delivery_attempt';
/** Where a message has its trace context: `attributes`, `sns`, `body`, `aws-trace-header`, `none`. On sender and consumer. */
export const ATTR_MESH_CONTEXT_PLACE = 'mesh.messaging.context_place';
/** The context attributes for which a message had no room. Absent if there is none. */
export const ATTR_MESH_CONTEXT_DROPPED = 'mesh.messaging.context_dropped';
/** The message attributes with a context in a format that is not read, e.g. `b3`. */
export const ATTR_MESH_CONTEXT_IGNORED = 'mesh.messaging.context_ignored';
/** How many attributes the program put on a message, without those of the context. */
export const ATTR_MESH_USER_ATTRIBUTES = 'mesh.messaging.user_attributes';
/** How many message attributes the consumer received: those that it requested. */
export const ATTR_MESH_RECEIVED_ATTRIBUTES = 'mesh.messaging.received_attributes';
/** On the root of a trace that another one caused, and on the event `link` of any other link: the linked trace's id, to be searched. */
export const ATTR_MESH_LINK_TRACE_ID = 'mesh.link.trace_id';
/** The context fields of an MCP request's `_meta` that could not be read: malformed, or not text. */
export const ATTR_MESH_CONTEXT_UNREADABLE = 'mesh.context.unreadable';
/** The place of an item in its batch, from 0. */
export const ATTR_MESH_BATCH_INDEX = 'mesh.batch.index';
/** How many items a batch has. */
export const ATTR_MESH_BATCH_SIZE = 'mesh.batch.size';
/** The sampling rule that decided on the trace, on its first span in the mesh. */
export const ATTR_SAMPLING_RULE = 'sampling.rule';
/** True on the span of a model stream that was not read to its end. */
export const ATTR_MESH_STREAM_ABANDONED = 'mesh.stream.abandoned';
/** On the event `retry`: the attempt that begins (2 is the first retry), and the wait before it in ms. */
export const ATTR_MESH_RETRY_ATTEMPT = 'mesh.retry.attempt';
export const ATTR_MESH_RETRY_DELAY_MS = 'mesh.retry.delay_ms';
/** An error's stable code, and its origin: service, trace and span. On the origin's span, and on every span that receives it. */
export const ATTR_MESH_ERROR_CODE = 'mesh.error.code';
export const ATTR_MESH_ERROR_SERVICE = 'mesh.error.service';
export const ATTR_MESH_ERROR_TRACE_ID = 'mesh.error.trace_id';
export const ATTR_MESH_ERROR_SPAN_ID = 'mesh.error.span_id';
