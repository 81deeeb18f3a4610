// Vitest setup: leaves out the tests of unsuited.ts, with the reason.
import { beforeEach } from 'vitest';
import { readReal } from './real.ts';
import { unsuitedRow } from './unsuited.ts';

const real = readReal();

beforeEach(({ task, skip }) => {
  const row = unsuitedRow(task, real);
  if (row) skip(row.reason);
});
