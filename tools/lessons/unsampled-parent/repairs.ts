import type { Attempts } from '../src/lesson.ts';

const PARTS = "const [, traceId = '', spanId = ''] = ";
const FLAGS = 'const traceFlags = TraceFlags.SAMPLED;';

export const attempts: Attempts = {
  right: {
    'reads the flags': [
      [PARTS, "const [, traceId = '', spanId = '', flags = ''] = "],
      [FLAGS, 'const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;'],
    ],
    'extracts with the registered propagator': [
      ['import { ROOT_CONTEXT, TraceFlags, trace }', 'import { propagation, ROOT_CONTEXT }'],
      [`${PARTS}JSON.parse(Body).traceparent.split('-');`, ''],
      [FLAGS, ''],
      [
        'return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });',
        'return propagation.extract(ROOT_CONTEXT, JSON.parse(Body));',
      ],
    ],
  },
  cheats: {
    'samples nothing': [[FLAGS, 'const traceFlags = TraceFlags.NONE;']],
    'a trace for each message': [
      [
        'return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });',
        'return ROOT_CONTEXT;',
      ],
    ],
  },
};
