// Where a person looks at a trace.
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';

/** The page that shows this trace; the viewer itself where there is no trace. */
export function viewerLink(endpoints: Endpoints, traceId: string): string {
  const viewer = endpoints.viewer.replace(/\/$/, '');
  return traceId ? `${viewer}/trace/${traceId}` : viewer;
}
