// The standard health service (grpc.health.v1): load balancers and Kubernetes ask on the port that they will use.
import type * as grpc from '@grpc/grpc-js';
import { withoutParent } from '@trace-mesh/tracing/span';
import { HealthImplementation } from 'grpc-health-check';
import { failing } from '../health.ts';
import type { ReadinessCheck } from '../service.ts';

/** How often the checks are run, in ms: what `Check` answers, and `Watch` tells, is at most this old. */
export const GRPC_HEALTH_INTERVAL_MS = 1_000;

export interface GrpcHealthOptions {
  /** Full names, such as `mesh.ledger.v1.CostLedger`; the server as a whole, named '', is always among them. */
  services: string[];
  /** The server serves while all of them hold. */
  checks: Record<string, ReadinessCheck>;
  intervalMs?: number;
}

/** Adds the health service to `server`; says NOT_SERVING until the checks have held once, and once disposed. */
export function addGrpcHealth(
  server: grpc.Server,
  { services, checks, intervalMs = GRPC_HEALTH_INTERVAL_MS }: GrpcHealthOptions,
): Disposable {
  const health = new HealthImplementation();
  const named = new Map(Object.entries(checks));
  let stopped = false;
  let told: boolean | undefined;
  const tell = (serving: boolean) => {
    // Each call reaches everyone who watches: only changes are news.
    if (serving === told) return;
    told = serving;
    for (const name of ['', ...services]) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  };
  const look = async () => {
    const failed = await failing(named);
    tell(!stopped && failed.length === 0);
  };
  tell(false);
  health.addToServer(server);
  const timer = withoutParent(() => {
    void look();
    return setInterval(() => void look(), intervalMs);
  });
  return {
    [Symbol.dispose]() {
      stopped = true;
      clearInterval(timer);
      tell(false);
    },
  };
}
