// What each drop breaks, and so what it leaves whole. A hop is written as `row relation from → to`.
const BEHIND_CHANNEL = [
  '20 parent worker → ws-hub',
  '18 parent ws-hub → ws-hub',
  '16 parent ws-hub → agent',
  '16 parent ws-hub → edge-mcp',
  '16 link agent → agent',
];
const BEHIND_QUEUE = [
  '8 parent rest-api → worker',
  '23 parent worker → worker',
  '4 parent worker → cost-ledger',
  '19 parent worker → worker',
  ...BEHIND_CHANNEL,
];
const BEHIND_OUTBOX = ['12 parent rest-api → rest-api', ...BEHIND_QUEUE];

/** By drop, the hops of the story that no longer hold: the hop itself, and what then happens in the trace that begins behind it. */
export const BROKEN: Record<string, string[]> = {
  'agent:mcp': ['2 parent agent → edge-mcp', '2 link edge-mcp → edge-mcp'],
  'agent:ws-handshake': ['15 parent agent → ws-hub', '16 link ws-hub → ws-hub'],
  'agent:websocket': ['16 parent agent → ws-hub', '16 link ws-hub → ws-hub'],
  'edge-mcp:http': [
    '1 parent edge-mcp → rest-api',
    '4 parent rest-api → cost-ledger',
    '22 parent rest-api → rest-api',
    ...BEHIND_OUTBOX,
  ],
  'rest-api:grpc': ['4 parent rest-api → cost-ledger'],
  'rest-api:outbox': BEHIND_OUTBOX,
  'rest-api:sqs': BEHIND_QUEUE,
  'worker:grpc': ['4 parent worker → cost-ledger'],
  'worker:redis': BEHIND_CHANNEL,
  'ws-hub:websocket': ['16 parent ws-hub → agent', '16 parent ws-hub → edge-mcp', '16 link agent → agent'],
};
