// Vitest setup: vitest evaluates this file again for each test file of a process, and the module that it imports once.
import './grpc-instrumentation.ts';
