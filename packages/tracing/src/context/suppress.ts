// Suppressed tracing: instrumentations start no span and propagators inject nothing. From the SDK's own copy of the library, since an
// import would load a second one (10 ms, 3 MB).
import { loadSdk } from '../sdk/cjs.ts';

export const { isTracingSuppressed, suppressTracing } = loadSdk('core');
