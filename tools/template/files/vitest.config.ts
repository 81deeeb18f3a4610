import { defineConfig } from 'vitest/config';
import { unitProjects } from './scripts/unit-projects.ts';

export default defineConfig({ test: { projects: unitProjects } });
