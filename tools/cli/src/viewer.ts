import type { Endpoints } from '@trace-mesh/scenarios/endpoints';

/** The page of this trace; the viewer's start page without one. */
export function viewerLink(endpoints: Endpoints, traceId: string): string {
  const viewer = endpoints.viewer.replace(/\/$/, '');
  return traceId ? `${viewer}/trace/${traceId}` : viewer;
}
