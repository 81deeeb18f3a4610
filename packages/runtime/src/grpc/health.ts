// The standard health service (grpc.health.v1), on the server's own port, for load balancers and Kubernetes.
import type * as grpc from '@grpc/grpc-js';
import { withoutParent } from '@trace-mesh/tracing/span';
import { HealthImplementation } from 'grpc-health-check';
import { failing } from '../health.ts';
import type { ReadinessCheck } from '../service.ts';

/** How often the checks run, in ms: the oldest status that `Check` and `Watch` report. */
export const GRPC_HEALTH_INTERVAL_MS = 1_000;

export interface GrpcHealthOptions {
  /** Full names, such as `mesh.ledger.v1.CostLedger`; '', the whole server, is added. */
  services: string[];
  /** SERVING while all of them pass. */
  checks: Record<string, ReadinessCheck>;
  /** That of the service: no caller starts a call in its pause before it closes. */
  stopping?: AbortSignal;
  intervalMs?: number;
}

/** Adds the health service to `server`; NOT_SERVING until the checks have passed once, from `stopping` on, and when disposed. */
export function addGrpcHealth(
  server: grpc.Server,
  { services, checks, stopping, intervalMs = GRPC_HEALTH_INTERVAL_MS }: GrpcHealthOptions,
): Disposable {
  const health = new HealthImplementation();
  const named = new Map(Object.entries(checks));
  let stopped = false;
  let reported: boolean | undefined;
  const report = (serving: boolean) => {
    // `setStatus` sends to every watcher, also without a change.
    if (serving === reported) return;
    reported = serving;
    for (const name of ['', ...services]) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  };
  const runChecks = async () => {
    const failed = await failing(named);
    report(!stopped && failed.length === 0);
  };
  report(false);
  health.addToServer(server);
  const timer = withoutParent(() => {
    void runChecks();
    return setInterval(() => void runChecks(), intervalMs);
  });
  const stop = () => {
    stopped = true;
    clearInterval(timer);
    report(false);
  };
  stopping?.addEventListener('abort', stop, { once: true });
  return { [Symbol.dispose]: stop };
}
