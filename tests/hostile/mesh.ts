// The attacked mesh: a separate one with limits that a test can exceed and immediate retries.
import type { TestProject } from 'vitest/node';
import { provideMesh } from '../mesh.ts';
import { RATE_PER_SECOND } from './limits.ts';

const env = { RATE_LIMIT_PER_SECOND: String(RATE_PER_SECOND), RETRY_BASE_S: '0' };

export default (project: TestProject) => provideMesh(project, { env });
