import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ATTR_MESH_COST_MICRO_USD, ATTR_SAMPLING_RULE } from './attributes.ts';

it('the tail sampling in infra/collector reads attributes that spans have', async () => {
  const config = await readFile(
    new URL('../../../../infra/collector/tail-sampling.yaml', import.meta.url),
    'utf8',
  );
  const keys = [...config.matchAll(/key: ([\w.]+)/g)].map(([, key]) => key);
  expect(keys.sort()).toEqual(
    ['http.response.status_code', ATTR_MESH_COST_MICRO_USD, ATTR_SAMPLING_RULE].sort(),
  );
});
