// Vitest global setup: the mesh of the tests with the real backends of `npm run test:backends`.
import type { TestProject } from 'vitest/node';
import { provideMesh } from '../mesh.ts';
import { mainBackends } from './real.ts';

export default (project: TestProject) => provideMesh(project, { backends: mainBackends() });
