import { expect, it } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { linkTo, lost, makeTrace, other, processed, send, sqsEdge } from '../spans.fixture.ts';

const whole = makeTrace(send, processed);

it('spans of a trace that its caller did not sample are reported by service', () => {
  const recorded = lost(processed);
  expect(diagnose({ trace: whole, edges: [sqsEdge], unsampled: [other(recorded)] })).toEqual([
    {
      cause: 'unsampled-trace-recorded',
      text:
        `worker recorded 'process tasks' (worker) of trace ${recorded.traceId}, which its caller did not sample: ` +
        'the decision was taken again, or the flag of the parent was not kept',
      spans: [linkTo(recorded)],
    },
  ]);
});

it('an unsampled trace without spans is healthy', () => {
  expect(diagnose({ trace: whole, edges: [sqsEdge], unsampled: [other()] })).toEqual([]);
});
