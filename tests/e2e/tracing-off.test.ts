// Tracing observes, it never decides: without it the story ends the same, only nobody can look at it.
import { startMesh } from '@trace-mesh/embedded/mesh';
import { fireScenario } from '@trace-mesh/scenarios/fire';
import { expect, inject, it } from 'vitest';

const OFF = { OTEL_SDK_DISABLED: 'true' };
const PROMPT = 'What is left when the tracing is off?';

it('gives the same result with OTEL_SDK_DISABLED=true, only without trace ids', async () => {
  const traced = await fireScenario('create-task', inject('endpoints'), { prompt: PROMPT });
  await using mesh = await startMesh({ env: OFF });
  const untraced = await fireScenario('create-task', mesh.endpoints, { prompt: PROMPT, env: OFF });

  expect(traced.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(untraced.traceId).toBe('');
  expect({ ...untraced.result, taskId: null }).toEqual({ ...traced.result, taskId: null });
  const stored = await fetch(new URL('/api/services', mesh.endpoints.traces));
  expect(await stored.json()).toMatchObject({ data: [] });
});
