// The mesh that is attacked: one of its own, with limits that a test can go beyond, and failed tasks tried again at once.
import type { TestProject } from 'vitest/node';
import { provideMesh } from '../mesh.ts';
import { RATE_PER_SECOND } from './limits.ts';

const env = { RATE_LIMIT_PER_SECOND: String(RATE_PER_SECOND), RETRY_BASE_S: '0' };

export default (project: TestProject) => provideMesh(project, { env });
