// What a service finds in its environment is what its configuration reads.
import { BaseConfig, FLUSH_DEADLINE_MS } from '@trace-mesh/runtime/service';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { services } from '../services.ts';
import { inCheckout } from '../write.ts';
import { type Container, readOverlay } from './overlay.fixture.ts';

/** The variables that libraries read: the AWS SDK and OpenTelemetry's. */
const OF_LIBRARIES = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_TRACES_SAMPLER',
  'OTEL_SERVICE_NAME',
];

const configs = new Map<string, z.ZodObject>();
for (const { name } of services) {
  const { Config } = (await import(inCheckout(`services/${name}/src/config.ts`))) as { Config: z.ZodObject };
  configs.set(name, Config);
}

describe.each(['local', 'aws'])('in the overlay %s', (overlay) => {
  const { pods, environmentOf } = readOverlay(overlay);

  it.each(services)(
    'the environment of $name is what its configuration accepts, and has no variable that nothing reads',
    ({ name }) => {
      const config = configs.get(name);
      const container = pods.find((pod) => pod.name === name)?.pod.containers[0];
      if (!config || !container) throw new Error(`${name} has no configuration or no container`);
      const environment = environmentOf(container);
      expect(config.safeParse(environment).error?.issues).toBeUndefined();
      const referenced = container.env?.map(({ value }) => value).join() ?? '';
      const readBy = (variable: string) =>
        variable in config.shape || OF_LIBRARIES.includes(variable) || referenced.includes(`$(${variable})`);
      const own = container.env?.map(({ name: variable }) => variable) ?? [];
      expect(own.filter((variable) => !readBy(variable))).toEqual([]);
      // A ConfigMap is shared: each of its variables is read by one of the services that have it.
      const somewhere = (variable: string) => [...configs.values()].some(({ shape }) => variable in shape);
      expect(
        Object.keys(environment).filter((variable) => !readBy(variable) && !somewhere(variable)),
      ).toEqual([]);
    },
  );

  it('services stop within the grace period of their pods, the pause for load balancers included', () => {
    for (const { name, pod } of pods.filter(({ name }) => configs.has(name))) {
      const { SHUTDOWN_PAUSE_MS, SHUTDOWN_DEADLINE_MS } = BaseConfig.parse(
        environmentOf(pod.containers[0] as Container),
      );
      expect([name, SHUTDOWN_PAUSE_MS + SHUTDOWN_DEADLINE_MS + FLUSH_DEADLINE_MS]).toEqual([
        name,
        expect.any(Number),
      ]);
      const seconds = (SHUTDOWN_PAUSE_MS + SHUTDOWN_DEADLINE_MS + FLUSH_DEADLINE_MS) / 1000;
      expect(seconds).toBeLessThan(pod.terminationGracePeriodSeconds ?? 0);
    }
  });
});
