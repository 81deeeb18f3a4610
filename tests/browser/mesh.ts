// The mesh with the console.
import type { TestProject } from 'vitest/node';
import { provideMesh } from '../mesh.ts';

export default (project: TestProject) => provideMesh(project, { console: true });
